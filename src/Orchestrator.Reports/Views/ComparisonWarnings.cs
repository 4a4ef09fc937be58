using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static System.FormattableString;

namespace Orchestrator.Reports.Views;

/// <summary>What makes the figures of two sweeps say different things.</summary>
static class ComparisonWarnings
{
    static readonly (string What, Func<SweepState, string> Of)[] All =
    [
        ("data set (SHA-256)", sweep => sweep.DatasetSha256 ?? ""),
        ("feature network", sweep => OfScores(sweep, scores => $"{scores.Features.Name} {scores.Features.Sha256}")),
        ("generated images", sweep => OfScores(sweep, scores => Invariant($"{scores.Samples.N} against {scores.Samples.NReal}"))),
        ("test images × dequantisation draws", sweep => OfScores(sweep, scores => Invariant($"{scores.Test.N} × {scores.Test.Draws}"))),
        ("epochs", sweep => sweep.Spec.Trial[TrainingSettings.EpochsPath]),
    ];

    public static IEnumerable<string> Of(SweepState first, SweepState second)
    {
        foreach (var (what, of) in All)
        {
            var (one, other) = (of(first), of(second));
            // What is not known yet is nothing to warn of.
            if (one != other && one.Length > 0 && other.Length > 0)
                yield return $"{what}: {one} in {first.Spec.Name}, {other} in {second.Spec.Name}";
        }

        if (first.Spec.Seed != second.Spec.Seed)
            yield return Invariant(
                $"seed: {first.Spec.Seed} and {second.Spec.Seed}: pairs of one replicate share no random numbers, and intervals are wider"
            );
    }

    static string OfScores(SweepState sweep, Func<EvaluationScores, string> of) =>
        string.Join(
            " and ",
            SweepComparison
                .Comparable(sweep)
                .Select(trial => trial.Scores)
                .OfType<EvaluationScores>()
                .Select(of)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
}
