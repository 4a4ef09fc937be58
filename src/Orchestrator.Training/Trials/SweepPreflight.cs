using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>Finds before a sweep begins what would otherwise be found by each of its trials: by all of a grid, and by a sample of what is
/// drawn.</summary>
public static class SweepPreflight
{
    /// <param name="cores">The number of cores of this machine.</param>
    /// <returns>Each fault once, in the order of the trials that show it; those of the whole sweep first.</returns>
    public static IReadOnlyList<SweepFault> Faults(SweepSpec spec, ImageDataset data, int cores)
    {
        var found = OfTheSweep(spec, cores).ToList();
        var (seen, told) = (new HashSet<TrialSpec>(), new HashSet<string>());
        foreach (var (index, parameters) in Configurations.Sample(spec).Index())
        {
            // Trials that differ in their seed alone are one.
            var trial = TrialFactory.Create(spec, parameters) with
            {
                Seed = 0,
            };
            if (seen.Add(trial))
                found.AddRange(
                    TrainingTaskValidation
                        .Faults(trial, data)
                        .Where(message => told.Add(Kind(spec, message)))
                        .Select(message => new SweepFault(spec.Search.IsGrid ? index + 1 : null, message))
                );
        }

        return found;
    }

    /// <summary>Every value of a grid is told; of a range one is enough.</summary>
    static string Kind(SweepSpec spec, string message) =>
        spec.Search.IsGrid || message.IndexOf(", found ", StringComparison.Ordinal) is not (> 0 and var end) ? message : message[..end];

    static IEnumerable<SweepFault> OfTheSweep(SweepSpec spec, int cores)
    {
        if (ThreadFault(spec.Resources.Threads, cores) is { } threads)
            yield return new SweepFault(null, threads);
        if (DeviceChoice.Fault(spec.Resources.Device) is { } device)
            yield return new SweepFault(null, device);
    }

    /// <returns>Null where the threads have cores.</returns>
    internal static string? ThreadFault(int threads, int cores) =>
        threads <= cores
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"resources.threads: expected at most {cores}, the cores here, found {threads}: threads that wait for each other train "
                    + $"many times slower"
            );
}

/// <param name="Trial">Number of the first trial that shows it; null where it is the whole sweep's, or trials are drawn.</param>
/// <param name="Message">Names the setting, what was expected, and what was found.</param>
public sealed record SweepFault(int? Trial, string Message);
