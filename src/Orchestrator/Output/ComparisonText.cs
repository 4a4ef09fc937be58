using Orchestrator.Reports.Views;
using static System.FormattableString;

namespace Orchestrator.Output;

/// <summary>Two sweeps beside each other, in lines.</summary>
static class ComparisonText
{
    public static IEnumerable<string> Lines(SweepComparison comparison)
    {
        yield return $"{comparison.Second} less {comparison.First}, paired by {string.Join(", ", comparison.PairedBy)}; 95 % intervals";
        foreach (var group in comparison.Groups)
        {
            if (group.Name.Length > 0)
                yield return group.Name;
            var paired = group.Figures.Where(figure => figure.Pairs > 0).ToList();
            if (paired.Count == 0)
                yield return "  no pairs";
            foreach (var figure in paired)
                yield return "  " + Line(figure);
        }

        foreach (var warning in comparison.Warnings)
            yield return $"not alike: {warning}";
    }

    static string Line(PairedDifference figure)
    {
        var means = Invariant($"{figure.Figure, -38} {figure.First, 9:G5} {figure.Second, 9:G5}  {Signed(figure.Difference)}");
        return figure.Low is null
            ? $"{means}, 1 pair: no interval"
            : Invariant($"{means} ({Signed(figure.Low)} to {Signed(figure.High)}), {figure.Pairs} pairs");
    }

    static string Signed(double? value) => Invariant($"{value:+0.#####;-0.#####;0}");
}
