using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Images;

/// <summary>Resizes images by one of the <see cref="ResizeRule"/>s. Each is separable: two products with a matrix of weights, one per
/// direction.</summary>
public static class Resize
{
    const double CubicSupport = 2;

    /// <param name="images">float32 or float64 [..., H, W], values 0..255.</param>
    /// <returns>[..., height, width] of the same type; the caller's.</returns>
    public static Tensor To(Tensor images, int height, int width, ResizeRule rule)
    {
        using var scope = NewDisposeScope();
        var across = Weights((int)images.shape[^1], width, rule).to(images.dtype, images.device);
        var down = Weights((int)images.shape[^2], height, rule).to(images.dtype, images.device);
        var resized = down.matmul(images.matmul(across.t()));
        return (rule == ResizeRule.AntialiasedBicubic ? resized.ClampInPlace(0, 255) : resized).MoveToOuterDisposeScope();
    }

    /// <returns>float64 [to, from]: row i holds what each old pixel gives to new pixel i; every row sums to 1.</returns>
    static Tensor Weights(int from, int to, ResizeRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, 1);
        var weights = new double[to, from];
        var scale = (double)from / to;
        for (var i = 0; i < to; i++)
            switch (rule)
            {
                case ResizeRule.Tf1Bilinear:
                    Bilinear(weights, i, from, i * scale);
                    break;
                case ResizeRule.HalfPixelBilinear:
                    Bilinear(weights, i, from, Math.Max(0, (i + 0.5) * scale - 0.5));
                    break;
                default:
                    Bicubic(weights, i, from, (i + 0.5) * scale, Math.Max(1, scale));
                    break;
            }
        return tensor(weights);
    }

    static void Bilinear(double[,] weights, int row, int from, double place)
    {
        var lower = Math.Min((int)place, from - 1);
        weights[row, lower] += 1 - (place - lower);
        weights[row, Math.Min(lower + 1, from - 1)] += place - lower;
    }

    static void Bicubic(double[,] weights, int row, int from, double centre, double stretch)
    {
        var first = Math.Max(0, (int)(centre - CubicSupport * stretch + 0.5));
        var end = Math.Min(from, (int)(centre + CubicSupport * stretch + 0.5));
        var sum = 0.0;
        for (var pixel = first; pixel < end; pixel++)
            sum += weights[row, pixel] = Cubic(Math.Abs(pixel - centre + 0.5) / stretch);
        for (var pixel = first; pixel < end; pixel++)
            weights[row, pixel] /= sum;
    }

    /// <summary>Keys (1981) with a = -1/2.</summary>
    static double Cubic(double x) =>
        x switch
        {
            < 1 => (1.5 * x - 2.5) * x * x + 1,
            < 2 => ((-0.5 * x + 2.5) * x - 4) * x + 2,
            _ => 0,
        };
}
