using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Cluster.Tests.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Serialization;

public sealed class SweepSnapshotSpecs
{
    [Fact]
    public void A_state_comes_back_as_it_was_and_decides_the_same()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var walk = new RandomSweep(seed);
            for (var step = 0; step < 120; step++)
            {
                walk.Step();
                if (step % 10 != 9)
                    continue;
                var back = SweepSnapshot.Read(SweepSnapshot.Of(walk.State).Bytes, SweepSnapshot.Manifest).State;
                Assert.Equal(StateDigest.Of(walk.State), StateDigest.Of(back));
                foreach (var command in walk.Next())
                    Assert.Equal(Decided(walk.State, command), Decided(back, command));
            }
        }

        static string Decided(SweepState state, SweepCommand command)
        {
            var decision = SweepDecider.Decide(state, command, RandomSweep.Start);
            return decision.Refusal
                + string.Concat(decision.Events.Select(fact => JsonSerializer.Serialize<object>(fact, OrchestratorJson.Compact)));
        }
    }

    /// <summary>A member that is added to the state, at any depth, is in the snapshot, or this fails.</summary>
    [Fact]
    public void Every_field_of_a_state_is_in_its_snapshot()
    {
        var (missing, seen, left) = (new List<string>(), new HashSet<Type>(), new Queue<Type>(Roots));
        while (left.TryDequeue(out var type))
        {
            if (!seen.Add(type))
                continue;
            foreach (var inner in type.GetGenericArguments().Append(type.GetElementType()).OfType<Type>())
                left.Enqueue(inner);
            if (type.Assembly != typeof(SweepState).Assembly || type.IsEnum || Lists.Contains(type))
                continue;
            var contract = SweepSnapshot.Options.GetTypeInfo(type);
            var kept = contract.Properties.Where(property => property.Set is not null).ToList();
            if (contract.Kind != JsonTypeInfoKind.Object)
                missing.Add($"{type.Name}: written as {contract.Kind}");
            // The history is kept as its memory, which has what is not the spec's.
            foreach (var field in Fields(type).Where(field => field.FieldType != typeof(SearchHistory)))
            {
                var property = kept.Find(property => IsOf(field, ((PropertyInfo)property.AttributeProvider!).Name));
                if (property is null)
                    missing.Add($"{type.Name}.{field.Name}");
                left.Enqueue(property?.PropertyType ?? field.FieldType);
            }
        }

        Assert.Empty(missing);
        Assert.Equal(
            ["<Dimensions>k__BackingField", "<Last>k__BackingField", "<Observed>k__BackingField", "best", "newest", "running", "seen"],
            Fields(typeof(SearchHistory)).Select(field => field.Name).Order(StringComparer.Ordinal)
        );
        Assert.Contains(typeof(SampleScores), seen);
    }

    // What is written as a list is checked by what is in it.
    static readonly Type[] Roots = [typeof(SweepState), typeof(SearchMemory), typeof(EpochReport)],
        Lists = [typeof(TrialSettings), typeof(Curve)];

    // A field that keeps a property in another form has its name.
    static bool IsOf(FieldInfo field, string property) =>
        field.Name == $"<{property}>k__BackingField" || field.Name == JsonNamingPolicy.CamelCase.ConvertName(property);

    [Fact]
    public void What_is_damaged_or_of_another_version_is_refused_and_never_read_wrongly()
    {
        var snapshot = SweepSnapshot.Of(new RandomSweep(1).State);
        Assert.Throws<SerializationException>(() => SweepSnapshot.Read(snapshot.Bytes, "sweep-state.v0"));
        Assert.Throws<SerializationException>(() => SweepSnapshot.Read([], SweepSnapshot.Manifest));
        Assert.Throws<SerializationException>(() => SweepSnapshot.Read([1, 2, 3], SweepSnapshot.Manifest));
        for (var length = 0; length < snapshot.Bytes.Length; length += 7)
            Assert.Throws<SerializationException>(() => SweepSnapshot.Read(snapshot.Bytes[..length], SweepSnapshot.Manifest));
        for (var at = 0; at < snapshot.Bytes.Length; at += 3)
        {
            var bytes = snapshot.Bytes.ToArray();
            bytes[at] ^= 0x10;
            Assert.Throws<SerializationException>(() => SweepSnapshot.Read(bytes, SweepSnapshot.Manifest));
        }
    }

    static IEnumerable<FieldInfo> Fields(Type? type) =>
        type is null || type.Assembly != typeof(SweepState).Assembly
            ? []
            : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Concat(Fields(type.BaseType));
}
