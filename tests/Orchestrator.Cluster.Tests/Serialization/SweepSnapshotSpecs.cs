using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Cluster.Tests.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
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
        Assert.Contains(typeof(RungEntry), seen);
    }

    // Settings are a list; trials are looked at in the next test.
    static readonly Type[] Roots = [typeof(SweepState), typeof(SearchMemory)],
        Lists = [typeof(TrialSettings), typeof(TrialState)];

    // A field that keeps a property in another form has its name.
    static bool IsOf(FieldInfo field, string property) =>
        field.Name == $"<{property}>k__BackingField" || field.Name == JsonNamingPolicy.CamelCase.ConvertName(property);

    [Fact]
    public void Whatever_differs_in_a_trial_at_any_depth_differs_in_the_snapshot_and_comes_back()
    {
        var end = new AttemptEnd(AttemptCause.Divergence, "message", "layer", 7);
        var ends = ImmutableSortedDictionary<AttemptCause, int>.Empty.Add(AttemptCause.Done, 2);
        var paths = ImmutableSortedDictionary<string, InterpolationScores>.Empty.Add("slerp", new(5, 1, 2, 3, 4, 5));
        var whole = new TrialState(1, ImmutableSortedDictionary<string, string>.Empty.Add("flow.steps", "4"))
        {
            End = end,
            Ends = ends,
            Note = "said",
            Beyond = new(ScheduleChoice.Keep, 3),
            Accumulate = 2,
            Forgiven = ends,
            Checkpoint = new("/runs/0001/0000000010", "no hash", 1, 10, true, 99) { Stored = 200 },
            Peak = new("cpu", 1 << 20),
            Node = "node",
            EndedLeases = [new(WorkKind.Training, 1, AttemptCause.Crash, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), new(0.5, 2))],
            EvaluationEnds = ends,
            ForgivenEvaluations = ends,
            EvaluationEnd = end,
            Scores = new(
                new(3, 0.1, 5, 100),
                new("features", "hash", "layer", 64),
                new(10, 20, 1, 2, 3, 4),
                paths,
                1e-6,
                new(4, 5),
                ["samples.png"],
                1
            ),
            PrunedAt = 3,
            Ranked = new(3, new RungEntry(2.5, 1, 0.1, 7)),
        }.With(new EpochReport(1, 10, 3, 2.5, 1e-3, 0.1, 1000, 1.5));
        var before = Bytes(whole);
        var others = Differing(whole).Cast<TrialState>().ToList();
        Assert.True(others.Count > 60);
        foreach (var other in others)
        {
            var bytes = Bytes(other);
            Assert.NotEqual(before, bytes);
            Assert.Equal(bytes, SweepSnapshot.Of(SweepSnapshot.Read(bytes, SweepSnapshot.Manifest).State).Bytes);
        }

        static byte[] Bytes(TrialState trial) =>
            SweepSnapshot
                .Of(
                    (SweepState)With(
                        new RandomSweep(2).State,
                        typeof(SweepState).GetProperty("Trials")!.SetValue,
                        ImmutableList.Create(trial)
                    )
                )
                .Bytes;
    }

    /// <summary>The value once for each number, text and count in it, with that one changed.</summary>
    static IEnumerable<object> Differing(object value) =>
        value switch
        {
            bool yes => [!yes],
            int number => [number + 1],
            long number => [number + 1],
            ulong number => [number + 1],
            double number => [number + 1],
            string text => [text + "x"],
            TimeSpan time => [time + TimeSpan.FromSeconds(1)],
            Enum choice => [Enum.ToObject(choice.GetType(), Convert.ToInt32(choice, CultureInfo.InvariantCulture) + 1)],
            Curve curve => Differing(curve.Last!).Select(report => curve.With((EpochReport)report)),
            ImmutableSortedDictionary<AttemptCause, int> counts =>
            [
                counts.SetItem(AttemptCause.Done, 9),
                counts.Add(AttemptCause.Crash, 1),
            ],
            Array { Length: var length } items => Enumerable
                .Range(0, length)
                .SelectMany(at =>
                    Differing(items.GetValue(at)!).Select(other => With(items, (array, item) => ((Array)array!).SetValue(item, at), other))
                ),
            _ => AllFields(value.GetType())
                .SelectMany(field => Differing(field.GetValue(value)!).Select(other => With(value, field.SetValue, other))),
        };

    static object With(object value, Action<object?, object?> set, object other)
    {
        var copy = value is Array items ? items.Clone() : Copy.Invoke(value, [])!;
        set(copy, other);
        return copy;
    }

    static readonly MethodInfo Copy = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    static IEnumerable<FieldInfo> AllFields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

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
