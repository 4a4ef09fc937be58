using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>A monotonic rational-quadratic spline on [-<see cref="Bound"/>,<see cref="Bound"/>], the identity outside and at the
/// start.</summary>
/// <remarks>
/// Durkan, Bekasov, Murray and Papamakarios 2019 (formulas 4 to 8), with linear tails. Parameters: K widths, K heights, K - 1 inner
/// derivatives.
/// A width is 2 Bound (floor + (1 - K floor) softmax), a height likewise; a derivative is floor + softplus(h + c), c so that h = 0 gives 1.
/// </remarks>
public sealed class SplineMap : ElementwiseMap
{
    const int Bins = 8;
    const double Bound = 3;
    const double SmallestShare = 1e-2,
        SmallestDerivative = 1e-2;

    static readonly double DerivativeOffset = Math.Log(Math.Exp(1 - SmallestDerivative) - 1);

    public override int Parameters => 3 * Bins - 1;

    public override (Tensor Value, Tensor LogDerivative) Forward(Tensor x, Tensor parameters)
    {
        // Clamped, so that what is outside gives finite numbers where its gradient is thrown away.
        var inside = x.clamp(-Bound, Bound);
        var bin = new Bin(new Knots(parameters), inside, byHeight: false);
        var at = (inside - bin.Left) / bin.Width;
        var (value, logDerivative) = bin.At(at);
        return Outside(x, value, logDerivative);
    }

    public override (Tensor Value, Tensor LogDerivative) Inverse(Tensor y, Tensor parameters)
    {
        var inside = y.clamp(-Bound, Bound);
        var bin = new Bin(new Knots(parameters), inside, byHeight: true);
        var rise = inside - bin.Bottom;
        var curvature = bin.SlopeRight + bin.SlopeLeft - 2 * bin.Slope;
        var a = rise * curvature + bin.Height * (bin.Slope - bin.SlopeLeft);
        var b = bin.Height * bin.SlopeLeft - rise * curvature;
        var c = -bin.Slope * rise;
        var root = (b.square() - 4 * a * c).clamp_min(0).sqrt();
        // Two forms of the same root: each loses all its digits where the other keeps them, and a is positive where b is not.
        var at = where(b >= 0, 2 * c / (-b - root), (root - b) / (2 * a)).clamp(0, 1);
        return Outside(y, at * bin.Width + bin.Left, -bin.At(at).LogDerivative);
    }

    static (Tensor, Tensor) Outside(Tensor input, Tensor value, Tensor logDerivative)
    {
        var isOutside = input.abs() >= Bound;
        return (where(isOutside, input, value), where(isOutside, 0, logDerivative));
    }

    /// <summary>Knots [B,K+1,C,H,W]: where the bins begin and end, and the derivative there.</summary>
    sealed class Knots
    {
        public Knots(Tensor parameters)
        {
            var shape = parameters.shape;
            const int Count = 3 * Bins - 1;
            var each = parameters.view(shape[0], Count, shape[1] / Count, shape[2], shape[3]);
            X = Positions(each.narrow(1, 0, Bins));
            Y = Positions(each.narrow(1, Bins, Bins));
            var inner = nn.functional.softplus(each.narrow(1, 2 * Bins, Bins - 1) + DerivativeOffset) + SmallestDerivative;
            var one = ones_like(inner.narrow(1, 0, 1));
            Derivative = cat([one, inner, one], 1);
        }

        public Tensor X { get; }

        public Tensor Y { get; }

        public Tensor Derivative { get; }

        static Tensor Positions(Tensor raw)
        {
            var shares = raw.softmax(1) * (1 - Bins * SmallestShare) + SmallestShare;
            var inner = shares.narrow(1, 0, Bins - 1).cumsum(1) * (2 * Bound) - Bound;
            var end = full_like(inner.narrow(1, 0, 1), Bound);
            return cat([-end, inner, end], 1);
        }
    }

    /// <summary>The bin that each number falls into; all tensors [B,C,H,W].</summary>
    sealed class Bin
    {
        public Bin(Knots knots, Tensor inside, bool byHeight)
        {
            var inner = (byHeight ? knots.Y : knots.X).narrow(1, 1, Bins - 1);
            var index = (inside.unsqueeze(1) >= inner).to(int64).sum(1, keepdim: true);
            Left = Of(knots.X, index);
            Width = Of(knots.X, index + 1) - Left;
            Bottom = Of(knots.Y, index);
            Height = Of(knots.Y, index + 1) - Bottom;
            Slope = Height / Width;
            SlopeLeft = Of(knots.Derivative, index);
            SlopeRight = Of(knots.Derivative, index + 1);
        }

        public Tensor Left { get; }

        public Tensor Width { get; }

        public Tensor Bottom { get; }

        public Tensor Height { get; }

        public Tensor Slope { get; }

        public Tensor SlopeLeft { get; }

        public Tensor SlopeRight { get; }

        /// <param name="at">Where in the bin, from 0 to 1.</param>
        public (Tensor Value, Tensor LogDerivative) At(Tensor at)
        {
            var between = at * (1 - at);
            var denominator = Slope + (SlopeRight + SlopeLeft - 2 * Slope) * between;
            var value = Bottom + Height * (Slope * at.square() + SlopeLeft * between) / denominator;
            var numerator = SlopeRight * at.square() + 2 * Slope * between + SlopeLeft * (1 - at).square();
            return (value, 2 * Slope.log() + numerator.log() - 2 * denominator.log());
        }

        static Tensor Of(Tensor knots, Tensor index) => knots.gather(1, index).squeeze(1);
    }
}
