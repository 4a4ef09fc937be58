using Orchestrator.Reports.Results;

namespace Orchestrator.Reports.Tables;

/// <summary>A distance means little without its n and its feature network: both stand in the header where all trials agree, and otherwise
/// beside each figure.</summary>
sealed class SampleSizes(SweepResults results)
{
    readonly List<string> samples = Distinct(results.Trials.Select(Of));
    readonly List<string> paths = Distinct(results.Trials.SelectMany(trial => trial.Evaluation.Interpolation.Values).Select(Of));
    readonly List<string> features = Distinct(results.Trials.Select(trial => trial.Evaluation.Features.Name));

    public string? Samples => Below(samples);

    public string? Paths => Below(paths);

    public string OfSamples(TrialResult trial, string figure) => samples.Count > 1 && Of(trial) is { } n ? $"{figure} ({n})" : figure;

    public string OfPaths(InterpolationResult scheme, string figure) => paths.Count > 1 ? $"{figure} ({Of(scheme)})" : figure;

    string? Below(List<string> sizes)
    {
        var said = features.Concat(sizes.Count == 1 ? sizes : []);
        return sizes.Count == 0 ? null : string.Join(", ", said);
    }

    static string? Of(TrialResult trial) => trial.Evaluation.Samples.N is { } n ? Say(n) : null;

    static string Of(InterpolationResult scheme) => Say(scheme.N);

    /// <summary>A number of samples, as words that no line break parts.</summary>
    static string Say(int n) => $"n\u00a0=\u00a0{Figure.Count(n)}";

    static List<string> Distinct(IEnumerable<string?> texts) => [.. texts.OfType<string>().Distinct()];
}
