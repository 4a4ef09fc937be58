using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Says in which settings of the sweep file two trials differ.</summary>
public static class TrialDifference
{
    const string Absent = "nothing";

    /// <returns>Lines <c>path: old → new</c>; none where the trials are the same.</returns>
    public static IReadOnlyList<string> Between(TrialSpec old, TrialSpec @new)
    {
        var (before, after) = (Values(old), Values(@new));
        return
        [
            .. from path in before.Keys.Union(after.Keys)
            let values = (Old: before.GetValueOrDefault(path, Absent), New: after.GetValueOrDefault(path, Absent))
            where values.Old != values.New
            select $"{path}: {values.Old} → {values.New}",
        ];
    }

    static OrderedDictionary<string, string> Values(TrialSpec trial) =>
        new([
            new("dataset", trial.Dataset),
            new("seed of the trial", trial.Seed.ToString(CultureInfo.InvariantCulture)),
            .. trial.Settings.Values,
            new("resources.threads", trial.Threads.ToString(CultureInfo.InvariantCulture)),
            new("resources.device", trial.Device),
        ]);
}
