using Orchestrator.Sweeps;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>A Frechet distance with its error.</summary>
/// <remarks>
/// The error is that of the infinitesimal jackknife (Jaeckel 1972): a sample x of the generated ones, c = x - m2, moves the distance by
/// |c|² - c'Tc - 2 (m1 - m2)·c, where T carries the generated normal distribution to the real one, and the error is the standard error of
/// the mean of these. With S1 = A'A, and A S2 A' = U s² U', c'Tc is the sum of (u'Ac)²/s: one eigenvalue problem, whatever the rank.
/// It does not tell the bias, which is larger where n is small, nor what another draw of the real images would change.
/// </remarks>
/// <param name="StandardError">The standard error of the value over the draw of the generated samples, the real ones held fixed. Null
/// where it is no more than rounding: samples that are all the same have none.</param>
public sealed record FrechetEstimate(double Value, double? StandardError)
{
    const double Rounding = 1e-12;

    /// <summary>Features against a set that stands against many.</summary>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Fewer than 2 rows, or different dimensions.</exception>
    public static FrechetEstimate Between(FrechetReference real, Tensor generated)
    {
        using var scope = NewDisposeScope();
        var own = new FrechetReference(generated);
        var value = FrechetDistance.Between(real, own);
        var shift = real.Mean - own.Mean;
        var toReal = Halves(real.Factor, own.Factor);
        var moves = new List<double>();
        foreach (var block in FeatureMatrix.Blocks(generated, least: 2))
            using (NewDisposeScope())
            {
                var centred = block - own.Mean;
                var move = centred.Square().sum([1]) - centred.mm(toReal).Square().sum([1]) - centred.mv(shift).Times(2);
                moves.AddRange(move.data<double>().ToArray());
            }

        var size = real.Factor.Square().sum().Plus(own.Factor.Square().sum()).item<double>();
        return new FrechetEstimate(value, Moments.From(moves).StandardError is { } error && error > Rounding * size ? error : null);
    }

    /// <returns>[d, k] H with T = HH'.</returns>
    static Tensor Halves(Tensor real, Tensor generated)
    {
        var between = real.mm(generated.t());
        var (squares, vectors) = linalg.eigh(between.mm(between.t()));
        // Directions in which the two have nothing in common carry nothing.
        var isCommon = squares.IsGreaterThan(Rounding * squares[-1].item<double>());
        return real.t().mm(vectors) * squares.sqrt().rsqrt().where(isCommon, zeros_like(squares));
    }
}
