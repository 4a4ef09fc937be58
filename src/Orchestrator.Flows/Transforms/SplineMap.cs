using static Orchestrator.Flows.Tensors.TensorArithmetic;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>A monotonic rational-quadratic spline on [-<see cref="Bound"/>,<see cref="Bound"/>], the identity outside and at the
/// start.</summary>
/// <remarks>
/// Durkan, Bekasov, Murray and Papamakarios 2019, "Neural Spline Flows" (arXiv 1906.04032; formulas 4 to 8), with linear tails. Parameters:
/// K widths, K heights, K - 1 inner derivatives. A width is 2 Bound (floor + (1 - K floor) softmax), a height likewise; a derivative is
/// floor + softplus(h + c), c so that h = 0 gives 1.
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
        var inside = x.Clamp(-Bound, Bound);
        var bin = new Bin(new Knots(parameters), inside, byHeight: false);
        var at = (inside - bin.Left) / bin.Width;
        var (value, logDerivative) = bin.At(at);
        return Outside(x, value, logDerivative);
    }

    public override (Tensor Value, Tensor LogDerivative) Inverse(Tensor y, Tensor parameters)
    {
        var inside = y.Clamp(-Bound, Bound);
        var bin = new Bin(new Knots(parameters), inside, byHeight: true);
        var rise = inside - bin.Bottom;
        var curvature = bin.Curvature;
        var a = (rise * curvature).Plus(bin.Height * (bin.Slope - bin.SlopeLeft));
        var b = bin.Height * bin.SlopeLeft - rise * curvature;
        var c = -bin.Slope * rise;
        var root = (b.Square() - a.Times(4) * c).ClampMin(0).sqrt();
        // Two forms of the same root: each loses all its digits where the other keeps them, and a is positive where b is not.
        var at = where(b.IsAtLeast(0), c.Times(2) / (-b - root), (root - b) / a.Times(2)).Clamp(0, 1);
        return Outside(y, (at * bin.Width).Plus(bin.Left), -bin.At(at).LogDerivative);
    }

    static (Tensor, Tensor) Outside(Tensor input, Tensor value, Tensor logDerivative)
    {
        var isOutside = input.abs().IsAtLeast(Bound);
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
            var inner = each.narrow(1, 2 * Bins, Bins - 1).Plus(DerivativeOffset).Softplus().Plus(SmallestDerivative);
            var one = ones_like(inner.narrow(1, 0, 1));
            Derivative = cat([one, inner, one], 1);
        }

        public Tensor X { get; }

        public Tensor Y { get; }

        public Tensor Derivative { get; }

        static Tensor Positions(Tensor raw)
        {
            var shares = raw.softmax(1).Times(1 - Bins * SmallestShare).Plus(SmallestShare);
            var inner = shares.narrow(1, 0, Bins - 1).cumsum(1).Times(2 * Bound).Minus(Bound);
            var end = FullLike(inner.narrow(1, 0, 1), Bound);
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
            var next = index.Plus(1);
            Left = Of(knots.X, index);
            Width = Of(knots.X, next) - Left;
            Bottom = Of(knots.Y, index);
            Height = Of(knots.Y, next) - Bottom;
            Slope = Height / Width;
            SlopeLeft = Of(knots.Derivative, index);
            SlopeRight = Of(knots.Derivative, next);
        }

        public Tensor Left { get; }

        public Tensor Width { get; }

        public Tensor Bottom { get; }

        public Tensor Height { get; }

        public Tensor Slope { get; }

        public Tensor SlopeLeft { get; }

        public Tensor SlopeRight { get; }

        public Tensor Curvature => SlopeRight.Plus(SlopeLeft) - Slope.Times(2);

        /// <param name="at">Where in the bin, from 0 to 1.</param>
        public (Tensor Value, Tensor LogDerivative) At(Tensor at)
        {
            var between = at * at.SubtractedFrom(1);
            var denominator = Slope.Plus(Curvature * between);
            var value = Bottom.Plus(Height * (Slope * at.Square()).Plus(SlopeLeft * between) / denominator);
            var numerator = (SlopeRight * at.Square()).Plus(Slope.Times(2) * between).Plus(SlopeLeft * at.SubtractedFrom(1).Square());
            return (value, Slope.log().Times(2).Plus(numerator.log()) - denominator.log().Times(2));
        }

        static Tensor Of(Tensor knots, Tensor index) => knots.gather(1, index).squeeze(1);
    }
}
