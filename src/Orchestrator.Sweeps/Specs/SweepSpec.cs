using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A validated sweep file.</summary>
/// <param name="Trial">What every trial starts from: dotted path of a field (<c>training.epochs</c>) to its canonical text.</param>
/// <param name="Space">The swept part.</param>
public sealed record SweepSpec(
    string Name,
    string Dataset,
    long Seed,
    ImmutableSortedDictionary<string, string> Trial,
    SearchSpace Space,
    SearchSpec Search,
    EvaluationSpec Evaluation,
    ResourceSpec Resources,
    RetrySpec Retries,
    RetentionSpec Retention
)
{
    public SchedulerSpec Scheduler { get; init; } = SchedulerSpec.Off;

    /// <summary>Null where the sweep comes from no other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ForkSpec? Fork { get; init; }

    /// <summary>As the file says it; <see cref="Domain.SweepState.Share"/> is what holds now.</summary>
    public SweepShare Share { get; init; } = SweepShare.Default;

    /// <summary>As the file says it; <see cref="Domain.SweepState.Budget"/> is what holds now.</summary>
    public SweepBudget Budget { get; init; } = SweepBudget.Unlimited;

    public NotifySpec Notify { get; init; } = NotifySpec.Nobody;

    /// <summary>Conditions that every configuration fulfils: the others are none. <see cref="Constraint"/> reads them.</summary>
    public ImmutableArray<string> Where { get; init; } = [];

    /// <returns>Whether a configuration, told by its parameters, fulfils all of <see cref="Where"/>.</returns>
    public Func<ImmutableSortedDictionary<string, string>, bool> Allows()
    {
        var constraints = Where.Select(Constraint.Parse).ToList();
        return constraints.Count == 0
            ? _ => true
            : parameters => TrialFields.Complete(Trial, parameters) is var settings && constraints.TrueForAll(one => one.Holds(settings));
    }

    /// <summary>Canonical: two specs are the same if and only if their texts are. (Record equality compares the collections by
    /// reference.)</summary>
    public string ToJson() => JsonSerializer.Serialize(this, OrchestratorJson.Compact);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static SweepSpec FromJson(string json) =>
        JsonSerializer.Deserialize<SweepSpec>(json, OrchestratorJson.Compact) ?? throw new JsonException("a sweep spec cannot be null");
}

public sealed record EvaluationSpec(string Features, int Samples, KidSpec Kid, InterpolationSpec Interpolation)
{
    /// <summary>Which trials are evaluated, as the file says it; <see cref="EvaluationChoice"/> reads it.</summary>
    public string When { get; init; } = EvaluationChoice.Completed;
}

public sealed record KidSpec(int Subsets, int SubsetSize);

/// <param name="Points">Points along each path, both ends included.</param>
/// <param name="Schemes"><c>auto</c> alone means every scheme that suits the base.</param>
public sealed record InterpolationSpec(int Pairs, int Points, ImmutableArray<string> Schemes);

/// <param name="Device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
/// <param name="Threads">Of each trial; on CPU that many cores are its own.</param>
/// <param name="GpuFraction">Part of a GPU that each trial takes, in (0, 1].</param>
public sealed record ResourceSpec(string Device, int Threads, double GpuFraction)
{
    public const string Auto = "auto",
        Cpu = "cpu",
        Cuda = "cuda";

    /// <summary>The N of <c>cuda:N</c>; null where the device is no certain one.</summary>
    [JsonIgnore]
    public int? GpuNumber => GpuNumberOf(Device);

    /// <inheritdoc cref="GpuNumber"/>
    public static int? GpuNumberOf(string device) =>
        device.StartsWith(Cuda + ':', StringComparison.Ordinal)
        && int.TryParse(device.AsSpan(Cuda.Length + 1), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <param name="gpu">Number of a GPU among those of its node; null: CPU cores.</param>
    public bool TrainsOn(int? gpu) =>
        Device switch
        {
            Auto => true,
            Cpu => gpu is null,
            Cuda => gpu is not null,
            _ => gpu is not null && gpu == GpuNumber,
        };
}

/// <summary>How often an attempt may end by each cause before its trial fails. Node loss and preemption never count, nor does a
/// training that ran out of memory while a smaller part of a batch is left to try.</summary>
public sealed record RetrySpec(int Crash, int OutOfMemory, int Divergence)
{
    /// <summary>Trials that end by the same fault, before any has trained an epoch, for which the sweep pauses itself; 0: for
    /// none.</summary>
    public int Alike { get; init; } = 3;
}

/// <param name="BudgetBytes">Upper bound of the checkpoints of one sweep together; null where none is set.</param>
public sealed record RetentionSpec(int KeepLast, int KeepBest, long? BudgetBytes);
