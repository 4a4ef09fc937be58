using System.Collections;
using System.Collections.Immutable;
using Orchestrator.Cluster.Serialization;

namespace Orchestrator.Cluster.Tests.Serialization;

public sealed class PayloadLayoutSpecs
{
    static readonly PayloadLayouts Ours = new(Manifests.Messages.Types.Values);

    [Theory]
    [InlineData(typeof(Holds<object>))]
    [InlineData(typeof(Holds<IComparable>))]
    [InlineData(typeof(Holds<Type>))]
    [InlineData(typeof(Holds<Action>))]
    [InlineData(typeof(Holds<Version>))]
    [InlineData(typeof(Holds<Exception>))]
    [InlineData(typeof(Holds<Array>))]
    [InlineData(typeof(Holds<string[]>))]
    [InlineData(typeof(Holds<List<string>>))]
    [InlineData(typeof(Holds<Open>))]
    [InlineData(typeof(Holds<Listed>))]
    [InlineData(typeof(Holds<Call>))]
    [InlineData(typeof(Holds<ImmutableArray<object>>))]
    [InlineData(typeof(Holds<ImmutableSortedDictionary<string, Holds<object>>>))]
    public void A_message_that_could_hold_more_than_it_says_is_an_error(Type message) =>
        Assert.Throws<ArgumentException>(() => new PayloadLayouts([message]));

    [Fact]
    public void Messages_consist_of_sealed_types_of_ours_and_of_a_few_of_the_library() =>
        Assert.All(
            Ours.All.Select(layout => layout.Type),
            type =>
                Assert.True(
                    type.Assembly.GetName().Name!.StartsWith("Orchestrator.", StringComparison.Ordinal) && type.IsSealed
                        || type == typeof(TimeSpan)
                        || type.Name is "ImmutableArray`1" or "ImmutableList`1" or "ImmutableSortedDictionary`2" or "KeyValuePair`2",
                    type.ToString()
                )
        );

    /// <summary>Hyperion's own gate, should anything get past ours.</summary>
    [Fact]
    public void Hyperion_may_load_these_types_and_no_others()
    {
        Assert.True(Ours.IsAllowed(typeof(Protocol.WorkProtocol.RenewLease).AssemblyQualifiedName!));
        Assert.True(Ours.IsAllowed("Orchestrator.Cluster.Protocol.WorkProtocol+RenewLease, Orchestrator.Cluster"));
        Assert.False(Ours.IsAllowed("System.Diagnostics.Process, System.Diagnostics.Process"));
        Assert.False(Ours.IsAllowed(typeof(Version).AssemblyQualifiedName!));
        Assert.Equal(
            2 * Ours.All.Count(),
            Ours.All.SelectMany(layout => new[] { layout.Name, layout.Type.AssemblyQualifiedName! }).Distinct().Count(Ours.IsAllowed)
        );
    }

    sealed record Holds<T>(T Member);

    record Open;

    sealed class Listed : IEnumerable
    {
        public IEnumerator GetEnumerator() => Array.Empty<int>().GetEnumerator();
    }

    delegate void Call();
}
