using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What of a sweep cannot change, because what was found would no longer be of one sweep.</summary>
static class ChangeRefusals
{
    public const string Fork = "that is another sweep: sweep fork begins it under another name";

    /// <summary>Paths, and why they are what they are.</summary>
    static readonly ImmutableArray<(string Path, string Why)> Fixed =
    [
        ("dataset", $"trials on other data compare with none of these; {Fork}"),
        ("fork", $"its trials began there; {Fork}"),
        ("seed", $"every trial would draw other numbers, and none could be kept; {Fork}"),
        ("search.algorithm", $"the search goes on from what it drew; {Fork}, and this one in search.prior"),
        ("search.start", $"the search goes on from what it drew; {Fork}"),
        ("search.start_trials", $"the search goes on from what it drew; {Fork}"),
        ("search.preset", $"the search goes on from what it drew; {Fork}"),
        ("search.prior", $"the search began with what it was told; {Fork}"),
        ("scheduler.algorithm", $"trials were given up by its rule; {Fork}"),
        ("scheduler.mode", $"trials were given up by its rule; {Fork}"),
        ("scheduler.metric", $"trials were given up by its rule; {Fork}"),
        ("scheduler.min_epochs", $"its rungs stand where they are; {Fork}"),
        ("scheduler.reduction", $"its rungs stand where they are; {Fork}"),
        ("scheduler.stratify_by", $"trials were compared by it; {Fork}"),
        ("scheduler.refine", $"trials were compared by it; {Fork}"),
    ];

    /// <param name="differences">Of <see cref="SpecDifference"/>.</param>
    public static ImmutableArray<string> Of(SweepState state, SweepSpec after, IReadOnlyList<string> differences)
    {
        if (state.Status == SweepStatus.Stopping)
            return ["the sweep is stopping: change it once it has stopped"];
        if (state.StoppedBecause is { } stopped)
            return [$"{stopped.Message}: set more of it first, by sweep set"];
        var refusals =
            from line in differences
            from one in Fixed
            where line.StartsWith($"{one.Path}: ", StringComparison.Ordinal) || line.StartsWith($"{one.Path}.", StringComparison.Ordinal)
            select $"{line}: {one.Why}";
        return [.. refusals, .. Others(state, after)];
    }

    static IEnumerable<string> Others(SweepState state, SweepSpec after)
    {
        var before = state.Spec;
        if (
            before.Scheduler.Algorithm == SchedulerSpec.Hyperband
            && before.Trial[TrainingSettings.EpochsPath] != after.Trial[TrainingSettings.EpochsPath]
        )
            yield return $"training.epochs: the brackets of hyperband follow from it; {Fork}";
        if (before.Scheduler.Refine is not null && !ChangeOfTrials.IsScoredAlike(before, after))
            yield return $"evaluation: scheduler.refine compares trials by these scores; {Fork}";
        if (!before.Search.Prior.IsEmpty && !Searched.IsSameSpace(before, after))
            yield return $"parameters: what search.prior gave is of this space; {Fork}";
    }
}
