namespace Orchestrator.Sweeps.Search;

/// <summary>The kernels of one dimension: one for each point, and the last one for the prior.</summary>
abstract class Kernels
{
    public static Kernels Of(Dimension dimension, double[] points) =>
        dimension.Scale is { } scale ? new NumberKernels(scale, points) : new ChoiceKernels(dimension, points);

    public abstract double Draw(int kernel, Draws draws);

    /// <summary>Adds to each kernel's entry the logarithm of its density at a coordinate.</summary>
    public abstract void AddLogDensities(double at, double[] logs);
}

/// <summary>Normal distributions cut off at 0 and 1, each as wide as the larger gap to its neighbours; where the numbers are steps apart,
/// what such a distribution has in the part of each.</summary>
sealed class NumberKernels : Kernels
{
    readonly RangeScale scale;
    readonly (double Mean, double Width, double LogMass)[] kernels;
    readonly Dictionary<double, double[]> ofParts = [];

    public NumberKernels(RangeScale scale, double[] points)
    {
        this.scale = scale;
        kernels = [.. points.Zip(Widths(points), Kernel), Kernel(0.5, 1)];
    }

    public override double Draw(int kernel, Draws draws)
    {
        var (mean, width, _) = kernels[kernel];
        var (from, to) = (StandardNormal.Below(-mean / width), StandardNormal.Below((1 - mean) / width));
        var at = mean + width * StandardNormal.Quantile(from + draws.Next() * (to - from));
        at = Math.Clamp(at, 0, Math.BitDecrement(1.0));
        return scale.IsStepwise ? Middle(scale.PartAt(at)) : at;
    }

    public override void AddLogDensities(double at, double[] logs)
    {
        var densities = scale.IsStepwise ? OfPart(at) : null;
        for (var kernel = 0; kernel < logs.Length; kernel++)
        {
            var (mean, width, logMass) = kernels[kernel];
            logs[kernel] += densities?[kernel] ?? StandardNormal.LogDensity((at - mean) / width) - Math.Log(width) - logMass;
        }
    }

    static (double Mean, double Width, double LogMass) Kernel(double mean, double width) => (mean, width, LogMass(mean, width, 0, 1));

    /// <summary>There are few numbers where they are steps apart, and candidates share them.</summary>
    double[] OfPart(double at)
    {
        var (from, to) = scale.PartAt(at);
        if (!ofParts.TryGetValue(from, out var densities))
            ofParts[from] = densities = [.. kernels.Select(kernel => LogMass(kernel.Mean, kernel.Width, from, to) - kernel.LogMass)];
        return densities;
    }

    /// <summary>The larger gap to the neighbours, of the outermost points to the only one; no wider than the interval and no narrower than
    /// its share of a kernel, or a hundredth.</summary>
    static double[] Widths(double[] points)
    {
        var order = Enumerable.Range(0, points.Length).OrderBy(i => points[i]).ToArray();
        var widths = new double[points.Length];
        for (var place = 0; place < order.Length; place++)
        {
            var at = points[order[place]];
            var (below, above) = (
                place > 0 ? at - points[order[place - 1]] : 0,
                place < order.Length - 1 ? points[order[place + 1]] - at : 0
            );
            var gap = order.Length == 1 ? Math.Max(at, 1 - at) : Math.Max(below, above);
            widths[order[place]] = Math.Clamp(gap, 1.0 / Math.Min(100, points.Length + 2), 1);
        }

        return widths;
    }

    /// <summary>The least is what a double can still tell from nothing.</summary>
    static double LogMass(double mean, double width, double from, double to) =>
        Math.Log(Math.Max(StandardNormal.Below((to - mean) / width) - StandardNormal.Below((from - mean) / width), 1e-16));

    static double Middle((double From, double To) part) => (part.From + part.To) / 2;
}

/// <summary>One choice that was taken, and a share for each of the others, which falls with the number of points.</summary>
sealed class ChoiceKernels : Kernels
{
    readonly Dimension dimension;
    readonly int[] taken;
    readonly double share,
        sum;

    public ChoiceKernels(Dimension dimension, double[] points)
    {
        this.dimension = dimension;
        taken = [.. points.Select(dimension.ChoiceAt), -1];
        share = 1.0 / taken.Length;
        sum = 1 + dimension.Choices * share;
    }

    public override double Draw(int kernel, Draws draws)
    {
        var (rest, choice) = (draws.Next(), 0);
        while (choice < dimension.Choices - 1 && rest >= Probability(kernel, choice))
            rest -= Probability(kernel, choice++);
        return dimension.UnitOf(choice);
    }

    public override void AddLogDensities(double at, double[] logs)
    {
        var choice = dimension.ChoiceAt(at);
        for (var kernel = 0; kernel < logs.Length; kernel++)
            logs[kernel] += Math.Log(Probability(kernel, choice));
    }

    double Probability(int kernel, int choice) =>
        taken[kernel] < 0 ? 1.0 / dimension.Choices
        : taken[kernel] == choice ? (1 + share) / sum
        : share / sum;
}
