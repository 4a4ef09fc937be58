using System.Collections.Immutable;
using MathNet.Numerics.Distributions;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Views;

/// <summary>How the trials of one sweep differ from those of another: what <c>GET /api/sweeps/{id}/compare/{other}</c> says.</summary>
/// <param name="By">What the groups are of, as <see cref="SweepCost.Groupings"/> has it; null where all is one group.</param>
/// <param name="PairedBy">What two trials have in common that are a pair: the fields that both sweeps vary, and the replicate.</param>
/// <param name="Warnings">What makes figures of the two not comparable, or their pairs no pairs.</param>
/// <remarks>Trials of one replicate draw the same random numbers, whatever their hyperparameters: their differences vary less than the
/// trials do.</remarks>
public sealed record SweepComparison(
    string First,
    string Second,
    string? By,
    ImmutableArray<string> PairedBy,
    ImmutableArray<ComparedGroup> Groups,
    ImmutableArray<string> Warnings
)
{
    /// <param name="by">One of the <see cref="SweepCost.Groupings"/> of both; null for one group.</param>
    public static SweepComparison From(SweepState first, SweepState second, string? by)
    {
        ImmutableArray<string> paired = [.. first.Spec.Space.SweptPaths().Intersect(second.Spec.Space.SweptPaths())];
        var (ones, others) = (Grouped(first, by, paired), Grouped(second, by, paired));
        var schemes = Schemes(first).Intersect(Schemes(second)).Order(StringComparer.Ordinal);
        var figures = Figures(schemes).ToList();
        return new SweepComparison(
            first.Spec.Name,
            second.Spec.Name,
            by,
            [.. paired, SearchSpace.Replicate],
            [
                .. ones
                    .Keys.Union(others.Keys)
                    .Order(StringComparer.Ordinal)
                    .Select(name => new ComparedGroup(
                        name,
                        [
                            .. figures.Select(figure =>
                                PairedDifference.Of(
                                    figure.Name,
                                    Pairs(ones.GetValueOrDefault(name), others.GetValueOrDefault(name), figure.Of)
                                )
                            ),
                        ]
                    )),
            ],
            [.. ComparisonWarnings.Of(first, second)]
        );
    }

    /// <returns>What is wrong with <c>by</c>; null where nothing is.</returns>
    public static string? Fault(SweepState first, SweepState second, string? by)
    {
        var known = SweepCost
            .Groupings(first)
            .Intersect(SweepCost.Groupings(second))
            .Except([SweepCost.Trial, SweepCost.Attempt, SweepCost.Node])
            .ToList();
        return by is null || known.Contains(by) ? null : $"by: expected one of {string.Join(", ", known)}, not {Printable.Quote(by)}";
    }

    static IEnumerable<(string Name, Func<TrialState, double?> Of)> Figures(IEnumerable<string> schemes) =>
        [
            ("validation_bits_per_dim", trial => trial.ValidationBitsPerDim),
            ("test_bits_per_dim", trial => trial.Scores?.Test.BitsPerDim),
            ("fid", trial => trial.Scores?.Samples.Fid),
            ("kid", trial => trial.Scores?.Samples.Kid),
            .. schemes.Select(scheme =>
                (
                    $"interpolation.{scheme}.fid",
                    (Func<TrialState, double?>)(trial => trial.Scores?.Interpolation.GetValueOrDefault(scheme)?.Fid)
                )
            ),
        ];

    static IEnumerable<string> Schemes(SweepState sweep) =>
        Comparable(sweep).SelectMany(trial => trial.Scores?.Interpolation.Keys ?? []).Distinct();

    internal static IEnumerable<TrialState> Comparable(SweepState sweep) =>
        sweep.Trials.Where(trial => trial is { Status: TrialStatus.Completed, IsDropped: false });

    /// <returns>Of each group the trials by what pairs them.</returns>
    static Dictionary<string, ILookup<string, TrialState>> Grouped(SweepState sweep, string? by, ImmutableArray<string> paired)
    {
        Func<TrialState, string> group = by is null ? _ => "" : SweepCost.GroupOf(sweep, by);
        return Comparable(sweep).GroupBy(group).ToDictionary(one => one.Key, one => one.ToLookup(trial => KeyOf(sweep, trial, paired)));
    }

    static string KeyOf(SweepState sweep, TrialState trial, ImmutableArray<string> paired)
    {
        var settings = TrialFields.Complete(sweep.Spec.Trial, trial.Parameters);
        return string.Join(
            '\n',
            paired
                .Select(path => settings.GetValueOrDefault(path, ""))
                .Append(trial.Parameter(SearchSpace.Replicate) ?? TrialFields.Replicate.Default!)
        );
    }

    /// <returns>Means of both where several trials have the same key: one sweep may vary fields that the other does not.</returns>
    static IEnumerable<(double First, double Second)> Pairs(
        ILookup<string, TrialState>? first,
        ILookup<string, TrialState>? second,
        Func<TrialState, double?> figure
    ) =>
        from one in first ?? Enumerable.Empty<IGrouping<string, TrialState>>()
        let mean = Mean(one, figure)
        let other = second is null ? null : Mean(second[one.Key], figure)
        where mean is not null && other is not null
        select (mean.Value, other.Value);

    static double? Mean(IEnumerable<TrialState> trials, Func<TrialState, double?> figure)
    {
        var known = trials.Select(figure).OfType<double>().Where(double.IsFinite).ToList();
        return known.Count == 0 ? null : known.Average();
    }
}

/// <param name="Name">Empty where all is one group.</param>
public sealed record ComparedGroup(string Name, ImmutableArray<PairedDifference> Figures);

/// <summary>The second sweep's figure less the first one's, over pairs of trials.</summary>
/// <param name="Pairs">How many there are.</param>
/// <param name="First">Mean of the first sweep's; null without pairs.</param>
/// <param name="Difference">Mean of the differences.</param>
/// <param name="Low">Lower end of its 95 % confidence interval (Student's t over the pairs); null of less than two pairs.</param>
public sealed record PairedDifference(
    string Figure,
    int Pairs,
    double? First,
    double? Second,
    double? Difference,
    double? Low,
    double? High
)
{
    const double Confidence = 0.95;

    public static PairedDifference Of(string figure, IEnumerable<(double First, double Second)> pairs)
    {
        var all = pairs.ToList();
        if (all.Count == 0)
            return new PairedDifference(figure, 0, null, null, null, null, null);
        var differences = Moments.From(all.ConvertAll(pair => pair.Second - pair.First));
        var half = differences.StandardError * StudentT.InvCDF(0, 1, Math.Max(1, all.Count - 1), (1 + Confidence) / 2);
        return new PairedDifference(
            figure,
            all.Count,
            all.Average(pair => pair.First),
            all.Average(pair => pair.Second),
            differences.Mean,
            differences.Mean - half,
            differences.Mean + half
        );
    }
}
