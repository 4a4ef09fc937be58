using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Run;

/// <summary>One distinct flow of a sweep.</summary>
/// <param name="Key">All that the time of a step depends on, in one line.</param>
/// <param name="Trial">The first trial that has it.</param>
/// <param name="Share">How many of the configurations that were looked at have it.</param>
sealed record FlowSize(string Key, TrialSpec Trial, long Parameters, int Share)
{
    /// <summary>So many draws of a search are looked at.</summary>
    public const int MostDraws = 64;

    static readonly string[] Costly =
    [
        "flow.",
        "base.",
        "training.batch_size",
        "training.accumulate",
        "training.precision",
        "training.recompute",
        "training.optimizer",
    ];

    /// <summary>Work of a step.</summary>
    public double Cost => (double)Parameters * Trial.Settings.Training.BatchSize;

    /// <returns>Every distinct flow of a sweep, built once, the one of the smallest steps first.</returns>
    /// <exception cref="TrialFailure">One cannot be built.</exception>
    public static List<FlowSize> Of(SweepSpec spec, ImageDataset data) =>
        [
            .. Configurations
                .Of(spec, MostDraws)
                .Select(parameters => TrialFactory.Create(spec, parameters))
                .GroupBy(KeyOf)
                .Select(group => new FlowSize(group.Key, group.First(), FlowProbe.Parameters(group.First(), data), group.Count()))
                .OrderBy(flow => flow.Cost),
        ];

    public static string KeyOf(TrialSpec trial) =>
        string.Join(
            ' ',
            trial
                .Settings.Values.Where(setting => Array.Exists(Costly, path => setting.Key.StartsWith(path, StringComparison.Ordinal)))
                .Select(setting => $"{setting.Key}={setting.Value}")
                .Prepend(FormattableString.Invariant($"{trial.Dataset} {trial.Device} {trial.Threads}"))
        );
}
