using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Which trials are given up before their last epoch, and when.</summary>
/// <param name="Algorithm">One of the names below.</param>
/// <param name="Mode">Of the algorithms with rungs: <see cref="Stop"/> or <see cref="Promote"/>.</param>
/// <param name="Metric">What trials are compared by, in bits per dimension; lower is better.</param>
/// <param name="MinEpochs">Epochs that every trial is given; those that go to the end have <c>training.epochs</c>.</param>
/// <param name="Reduction">One of so many trials of a rung goes on to the next (eta).</param>
/// <param name="StratifyBy">Path of a swept field: trials are compared with those alone that have the same there. Null: with all.</param>
/// <param name="MinRungPopulation">A rung decides nothing before so many are there.</param>
/// <param name="Refine">A second metric that decides from some rung on; null where there is none.</param>
public sealed record SchedulerSpec(
    string Algorithm,
    string Mode,
    string Metric,
    int MinEpochs,
    int Reduction,
    string? StratifyBy,
    int MinRungPopulation,
    RefineSpec? Refine
)
{
    public const string None = "none",
        Median = "median",
        Asha = "asha",
        Hyperband = "hyperband";

    /// <summary>Every trial runs to its last epoch.</summary>
    public static SchedulerSpec Off { get; } = new(None, Promote, ValidationBitsPerDim, 1, 3, null, 1, null);

    public const string Stop = "stop",
        Promote = "promote";

    public const string ValidationBitsPerDim = "validation.bits_per_dim",
        TrainingBitsPerDim = "training.bits_per_dim";

    [JsonIgnore]
    public bool HasRungs => Algorithm is Asha or Hyperband;

    /// <summary>A trial leaves its slot at each rung, and goes on only where it is promoted.</summary>
    [JsonIgnore]
    public bool Promotes => HasRungs && Mode == Promote;

    /// <param name="rung">From 0, below the last.</param>
    /// <returns>The score that decides there; null where <see cref="Metric"/> does.</returns>
    public RefineSpec? RefineAt(int rung) => Refine is { } refine && rung + 1 >= refine.FromRung ? refine : null;
}

/// <summary>A metric of the evaluation by which promotions are decided from a rung on.</summary>
/// <param name="FromRung">From 1, the lowest.</param>
public sealed record RefineSpec(string Metric, int FromRung)
{
    public const string Fid = "evaluation.samples.fid",
        Kid = "evaluation.samples.kid";
}
