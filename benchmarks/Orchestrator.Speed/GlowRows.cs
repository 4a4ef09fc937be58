using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Speed;

/// <summary>Training, sampling and encoding on one thread.</summary>
static class GlowRows
{
    const int WarmUp = 2,
        Repetitions = 10;

    /// <returns>Milliseconds.</returns>
    public static double Step(GlowCase which)
    {
        using var training = new GlowTraining(which);
        return Milliseconds(() => training.Step());
    }

    /// <summary>The same with coupling networks in bfloat16.</summary>
    /// <returns>Milliseconds.</returns>
    public static double BFloat16Step(GlowCase which)
    {
        using var format = NumberFormats.OfNetworks(NumberFormats.BFloat16);
        return Step(which);
    }

    /// <summary>The same with convolutions by conv2d, on the same libtorch.</summary>
    /// <returns>Milliseconds.</returns>
    public static double PlainStep(GlowCase which)
    {
        using var training = new GlowTraining(which);
        var plain = new PlainGlow(training.Flow);
        training.Step();
        plain.Check(training.Images);
        return Milliseconds(() => training.Step(plain.LogProb));
    }

    /// <summary>The rate of a step's matrix products, if it did nothing else, by that of libtorch's largest ones.</summary>
    /// <returns>Per cent.</returns>
    public static double ShareOfLimit(GlowCase which)
    {
        using var training = new GlowTraining(which);
        var (before, step, after) = (ProductRate(), Milliseconds(() => training.Step()), ProductRate());
        return 100 * StepOperations(training) / (step / 1000) / Math.Max(before, after);
    }

    /// <returns>Images each second.</returns>
    public static double Sample(GlowCase which)
    {
        using var training = new GlowTraining(which);
        using var generator = new Generator(1);
        return which.Batch / Milliseconds(() => training.Flow.Sample(which.Batch, generator).Dispose(), frozen: true) * 1000;
    }

    /// <returns>Images each second.</returns>
    public static double Encode(GlowCase which)
    {
        using var training = new GlowTraining(which);
        return which.Batch / Milliseconds(() => training.Flow.Encode(training.Images).Dispose(), frozen: true) * 1000;
    }

    /// <summary>Multiplications and additions of the matrix products: forward, and twice that backward.</summary>
    static double StepOperations(GlowTraining training) =>
        training
            .Flow.StateTensors()
            .Where(entry =>
                entry.Name.EndsWith("weight", StringComparison.Ordinal) || entry.Name.EndsWith("upper", StringComparison.Ordinal)
            )
            .Sum(entry => 3 * 2.0 * entry.Tensor.numel() * Sites(entry.Name)) * training.Images.shape[0];

    /// <summary>Where a layer's weight is applied: level by level, a quarter of the sites.</summary>
    static int Sites(string name)
    {
        var side = GlowCase.Shape.Height >> (name["level".Length] - '0' + 1);
        return side * side;
    }

    /// <returns>Operations each second of a product of 1024 × 1024 with as many.</returns>
    static double ProductRate()
    {
        const int size = 1024;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(1);
        var (left, right) = (randn(size, size, generator: generator), randn(size, size, generator: generator));
        return 2.0 * size * size * size / (Milliseconds(() => mm(left, right).Dispose()) / 1000);
    }

    /// <returns>The median of several, after some that do not count.</returns>
    static double Milliseconds(Action work, bool frozen = false)
    {
        using var gradients = set_grad_enabled(!frozen);
        for (var time = 0; time < WarmUp; time++)
            work();
        var took = new double[Repetitions];
        for (var time = 0; time < Repetitions; time++)
        {
            var began = TimeProvider.System.GetTimestamp();
            work();
            took[time] = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        }

        return took.Order().ElementAt(Repetitions / 2);
    }
}
