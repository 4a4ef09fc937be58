namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>A Glow with affine couplings and a von Mises-Fisher base, written in loops from docs/checkpoint-format.md alone: one image, in
/// double.</summary>
/// <param name="kappaPerDimension">The spec's kappa, in units of d.</param>
sealed class PlainGlow(PlainFile file, int levels, int steps, int hidden, double kappaPerDimension)
{
    double logDeterminant;

    /// <param name="image">One channel of size × size, row by row.</param>
    /// <returns>Log-density in nats.</returns>
    public double LogProb(double[] image, int size)
    {
        logDeterminant = 0;
        var latent = new List<double>();
        var x = new Planes(1, size, size, image);
        for (var level = 0; level < levels; level++)
        {
            x = Squeeze(x);
            for (var step = 0; step < steps; step++)
                x = Coupling(
                    $"level{level}.step{step}.coupling.network.",
                    Convolution($"level{level}.step{step}.convolution.", ActNorm($"level{level}.step{step}.actnorm.", x))
                );
            if (level == levels - 1)
                continue;
            var (stays, leaves) = Halves(x);
            latent.AddRange(Split($"level{level}.split.", stays, leaves).Values);
            x = stays;
        }

        latent.AddRange(x.Values);
        return Base([.. latent]) + logDeterminant;
    }

    static Planes Squeeze(Planes x) =>
        Planes.Of(4 * x.Channels, x.Height / 2, x.Width / 2, (c, h, w) => x[c / 4, 2 * h + c % 4 / 2, 2 * w + c % 2]);

    Planes ActNorm(string name, Planes x)
    {
        var (scale, bias) = (file[name + "log_scale"], file[name + "bias"]);
        logDeterminant += x.Height * x.Width * scale.Sum();
        return Planes.Of(x.Channels, x.Height, x.Width, (c, h, w) => x[c, h, w] * Math.Exp(scale[c]) + bias[c]);
    }

    Planes Convolution(string name, Planes x)
    {
        var n = x.Channels;
        var (p, lower, upper, scale, sign) = (
            file[name + "permutation"],
            file[name + "lower"],
            file[name + "upper"],
            file[name + "log_scale"],
            file[name + "sign"]
        );
        logDeterminant += x.Height * x.Width * scale.Sum();
        double Unit(double[] triangle, int i, int j, bool isLower) =>
            i == j ? 1
            : i > j == isLower ? triangle[i * n + j]
            : 0;
        double Weight(int o, int c) =>
            Sum(
                n,
                i =>
                    Sum(
                        n,
                        j =>
                            p[o * n + i]
                            * Unit(lower, i, j, isLower: true)
                            * sign[j]
                            * Math.Exp(scale[j])
                            * Unit(upper, j, c, isLower: false)
                    )
            );
        var weight = Enumerable.Range(0, n * n).Select(i => Weight(i / n, i % n)).ToArray();
        return Planes.Of(n, x.Height, x.Width, (o, h, w) => Sum(n, c => weight[o * n + c] * x[c, h, w]));
    }

    Planes Coupling(string name, Planes x)
    {
        var (condition, changed) = Halves(x);
        var parameters = Network(name, condition, 2 * changed.Channels);
        var half = changed.Channels;
        double Scale(int c, int h, int w) => 1 / (1 + Math.Exp(-(parameters[half + c, h, w] + 2))) + 0.01;
        logDeterminant += changed.Sum((c, h, w) => Math.Log(Scale(c, h, w)));
        return Planes.Of(
            x.Channels,
            x.Height,
            x.Width,
            (c, h, w) => c < half ? condition[c, h, w] : (changed[c - half, h, w] + parameters[c - half, h, w]) * Scale(c - half, h, w)
        );
    }

    Planes Network(string name, Planes x, int outputs)
    {
        var inputs = x.Channels;
        var (weight, scale, bias) = (file[name + "input.weight"], file[name + "input.log_scale"], file[name + "input.bias"]);
        var first = Convolve(
            x,
            hidden,
            (o, c, a, b) => Math.Exp(scale[o]) * weight[o * 9 * inputs + (3 * a + b) * inputs + c],
            bias,
            relu: true
        );
        var (inner, innerScale, innerBias) = (file[name + "hidden.weight"], file[name + "hidden.log_scale"], file[name + "hidden.bias"]);
        var second = Planes.Of(
            hidden,
            x.Height,
            x.Width,
            (o, h, w) => Math.Max(0, innerBias[o] + Math.Exp(innerScale[o]) * Sum(hidden, c => inner[o * hidden + c] * first[c, h, w]))
        );
        var (last, gain) = (file[name + "output_weight"], file[name + "output_log_gain"]);
        return Convolve(
            second,
            outputs,
            (o, c, a, b) => Math.Exp(3 * gain[o]) * last[((3 * (2 - a) + 2 - b) * outputs + o) * hidden + c],
            file[name + "output_bias"],
            relu: false
        );
    }

    Planes Split(string name, Planes stays, Planes leaves)
    {
        var weight = file[name + "weight"];
        var half = stays.Channels;
        var prior = Convolve(stays, 2 * half, (o, c, a, b) => weight[((o * half + c) * 3 + a) * 3 + b], file[name + "bias"], relu: false);
        double LogDeviation(int c, int h, int w) => 5 * Math.Tanh(prior[half + c, h, w] / 5);
        logDeterminant -= leaves.Sum(LogDeviation);
        return Planes.Of(
            half,
            stays.Height,
            stays.Width,
            (c, h, w) => (leaves[c, h, w] - prior[c, h, w]) * Math.Exp(-LogDeviation(c, h, w))
        );
    }

    double Base(double[] x)
    {
        var d = x.Length;
        var (p, kappa) = (d + 1, kappaPerDimension * d);
        var g = 0.0;
        for (var j = 1000; j >= 0; j--)
            g = 1 / (p + 2 * j + kappa * kappa * g);
        var a = kappa * g;
        var scale = Math.Sqrt(d * (1 + a) / (1 - a));
        var q = x.Sum(value => value * value) / (scale * scale);
        // d is small: the series needs no rescaling.
        double term = 1,
            series = 1;
        for (var k = 1; k < 1000; k++)
            series += term *= kappa * kappa / 4 / (k * (0.5 * p + k - 1));
        // ln Γ(p/2) of odd p: down to Γ(1/2) = sqrt π.
        var logGamma = 0.5 * Math.Log(Math.PI) + Enumerable.Range(0, p / 2).Sum(k => Math.Log(k + 0.5));
        return kappa * (1 - q) / (1 + q)
            + logGamma
            - Math.Log(2)
            - 0.5 * p * Math.Log(Math.PI)
            - Math.Log(series)
            + d * (Math.Log(2) - Math.Log(1 + q) - Math.Log(scale));
    }

    static Planes Convolve(Planes x, int outputs, Func<int, int, int, int, double> kernel, double[] bias, bool relu) =>
        Planes.Of(
            outputs,
            x.Height,
            x.Width,
            (o, h, w) =>
            {
                var sum = bias[o] + Sum(x.Channels, c => Sum(3, a => Sum(3, b => kernel(o, c, a, b) * x.OrZero(c, h + a - 1, w + b - 1))));
                return relu ? Math.Max(0, sum) : sum;
            }
        );

    static (Planes First, Planes Second) Halves(Planes x) =>
        (
            Planes.Of(x.Channels / 2, x.Height, x.Width, (c, h, w) => x[c, h, w]),
            Planes.Of(x.Channels / 2, x.Height, x.Width, (c, h, w) => x[x.Channels / 2 + c, h, w])
        );

    static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    sealed record Planes(int Channels, int Height, int Width, double[] Values)
    {
        public double this[int c, int h, int w] => Values[(c * Height + h) * Width + w];

        public static Planes Of(int channels, int height, int width, Func<int, int, int, double> value) =>
            new(
                channels,
                height,
                width,
                [
                    .. from c in Enumerable.Range(0, channels)
                    from h in Enumerable.Range(0, height)
                    from w in Enumerable.Range(0, width)
                    select value(c, h, w),
                ]
            );

        public double OrZero(int c, int h, int w) => h < 0 || w < 0 || h >= Height || w >= Width ? 0 : this[c, h, w];

        public double Sum(Func<int, int, int, double> value) => Of(Channels, Height, Width, value).Values.Sum();
    }
}
