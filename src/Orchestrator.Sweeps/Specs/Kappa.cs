using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A concentration of the von Mises-Fisher distribution: a number, or a multiple of the latent dimension d
/// (<c>1.5d</c>).</summary>
public readonly record struct Kappa(double Value, bool PerDimension)
{
    public double For(int dimension) => PerDimension ? Value * dimension : Value;

    /// <exception cref="FormatException"><see cref="TryParse"/> would be false.</exception>
    public static Kappa Parse(string text) =>
        TryParse(text, out var kappa) ? kappa : throw new FormatException("kappa must be a number above 0, or one followed by d");

    /// <summary>Reads <c>1d</c>, <c>1.5d</c> or a plain number; false unless the value is finite and above 0.</summary>
    public static bool TryParse(string text, out Kappa kappa)
    {
        var perDimension = text.EndsWith('d');
        var number = perDimension ? text[..^1] : text;
        var good =
            double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value > 0;
        kappa = new Kappa(value, perDimension);
        return good;
    }

    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture) + (PerDimension ? "d" : "");
}
