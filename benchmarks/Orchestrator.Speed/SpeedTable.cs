using System.Globalization;
using System.Text;

namespace Orchestrator.Speed;

/// <summary>The tables of the page: each figure the median of its repetitions, each ratio the median of its pairs' ratios.</summary>
static class SpeedTable
{
    /// <param name="Case">Null for every case of the row that has no line of its own.</param>
    /// <param name="Who">Against whom; null where there is no other.</param>
    /// <param name="Inverted">The ratio is the other's figure by ours: how many times faster we are, where less is better.</param>
    sealed record Line(string Row, string? Case, string What, string Unit, string Format, string? Who = null, bool Inverted = false)
    {
        public string Must { get; init; } = "";

        /// <summary>Of the ratio or, where there is no other, of our figure; null where nothing is to be reached.</summary>
        public Predicate<double>? Reached { get; init; }
    }

    static readonly Line[] Lines =
    [
        new("step", null, "training step of Glow, 1 thread", "ms", "F0", "pytorch", Inverted: true)
        {
            Must = "≥ 1.7 ×, no case below 1.4 ×",
            Reached = ratio => ratio >= 1.4,
        },
        new("step", null, "the same, convolutions by conv2d of the same libtorch", "ms", "F0", "conv2d", Inverted: true),
        new("bfloat16", null, "the same, `training.precision: bfloat16`", "ms", "F0", "float32", Inverted: true)
        {
            Must = "≥ 1.4 ×",
            Reached = ratio => ratio >= 1.4,
        },
        new("limit", null, "a step's matrix products at the machine's rate, by the step", "%", "F0")
        {
            Must = "≥ 60 %",
            Reached = share => share >= 60,
        },
        new("sample", null, "sampling, 1 thread", "images/s", "F0", "pytorch") { Must = "≥ 1.3 ×", Reached = ratio => ratio >= 1.3 },
        new("encode", null, "encoding, 1 thread", "images/s", "F0", "pytorch") { Must = "≥ 1.3 ×", Reached = ratio => ratio >= 1.3 },
        new("memory", null, "peak memory of a trial, 11 steps and validation", "MiB", "F0", "pytorch")
        {
            Must = "≤ 0.9 ×",
            Reached = ratio => ratio <= 0.9,
        },
        new("recompute", null, "peak memory by steps of a level, `training.recompute: true`, hidden 64, batch 64", "MiB", "F0", "kept")
        {
            Must = "flat",
        },
        new("attempt", "cold", "attempt of one tiny epoch, start to end", "s", "F2") { Must = "≤ 0.5 s", Reached = s => s <= 0.5 },
        new("attempt", "spare", "the same by a spare that waits", "s", "F2") { Must = "≤ 0.15 s", Reached = s => s <= 0.15 },
        new("evaluation", null, "evaluation of a trial of `sweeps/digits.yaml`", "s", "F2") { Must = "≤ 2 s", Reached = s => s <= 2 },
        new("efficiency", null, "training seconds by slots' seconds of a sweep", "", "F3")
        {
            Must = "≥ 0.97",
            Reached = share => share >= 0.97,
        },
        new("fid", null, "FID of 10,000 features of 2048 dimensions, all threads", "s", "F1", "scipy", Inverted: true)
        {
            Must = "≥ 40 ×",
            Reached = ratio => ratio >= 40,
        },
        new("fid-error", null, "its relative error", "", "E1", "scipy") { Must = "≤ 1 ×", Reached = ratio => ratio <= 1 },
        new("help", null, "`orchestrator --help`", "s", "F2") { Must = "≤ 0.15 s", Reached = s => s <= 0.15 },
        new("results", "10000", "`sweep results --json` of so many trials", "s", "F2") { Must = "≤ 0.8 s", Reached = s => s <= 0.8 },
        new("results", "8", "`sweep results --json` of so many trials", "s", "F2") { Must = "≤ 0.3 s", Reached = s => s <= 0.3 },
    ];

    public static string Of(IEnumerable<Measured> results)
    {
        var figures = results.ToLookup(result => (result.Row, result.Case, result.Who), result => result.Value);
        var cases = figures.Select(group => (group.Key.Row, group.Key.Case)).Distinct().ToList();
        var page = new StringBuilder(
            "| what | case | ours | other | ratio | repetitions | must reach | reached |\n|---|---|---|---|---|---|---|---|\n"
        );
        foreach (var line in Lines)
        {
            var decisive = new List<double>();
            foreach (var (row, which) in cases.Where(one => one.Row == line.Row && (line.Case ?? one.Case) == one.Case))
            {
                var ours = figures[(row, which, Measured.Ours)].ToList();
                var other = line.Who is null ? [] : figures[(row, which, line.Who)].ToList();
                if (ours.Count == 0 || (line.Who is not null && other.Count == 0))
                    continue;
                var ratios = ours.Zip(other, (mine, others) => line.Inverted ? others / mine : mine / others).ToList();
                decisive.Add(Median(line.Who is null ? ours : ratios));
                Append(
                    line,
                    which,
                    Figure(Median(ours), line),
                    other.Count == 0 ? "" : $"{line.Who} {Figure(Median(other), line)}",
                    ratios.Count == 0 ? "" : Ratio(Median(ratios)),
                    $"{(line.Who is null ? ours.Count : ratios.Count)}",
                    line.Must,
                    Mark(line.Reached?.Invoke(decisive[^1]))
                );
            }

            if (line.Row == "step" && decisive.Count > 1)
                Append(
                    line,
                    "median of the cases",
                    "",
                    line.Who ?? "",
                    Ratio(Median(decisive)),
                    "",
                    line.Must,
                    Mark(line.Reached is null ? null : Median(decisive) >= 1.7)
                );
        }

        return page.ToString();

        void Append(Line line, params ReadOnlySpan<string> cells) => page.Append($"| {line.What} | {string.Join(" | ", cells)} |\n");
    }

    static string Mark(bool? reached) =>
        reached switch
        {
            true => "yes",
            false => "**no**",
            null => "",
        };

    static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + " ×";

    static string Figure(double value, Line line) => $"{value.ToString(line.Format, CultureInfo.InvariantCulture)} {line.Unit}".TrimEnd();

    static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
