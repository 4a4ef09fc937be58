using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>The numbers of a range on the unit interval, each part of it as likely as it is long.</summary>
/// <remarks>Numbers that are steps apart have a part each: its length is their probability, its middle their coordinate.</remarks>
sealed class RangeScale
{
    /// <summary>Digits of a drawn number beyond which the range is not told apart: those of a float32.</summary>
    const int Digits = 7;

    readonly ValueRange range;
    readonly FieldKind kind;
    readonly double least,
        most;

    /// <summary>Where the unit interval begins and ends, on the scale on which the numbers are spread evenly.</summary>
    readonly double start,
        end;

    public RangeScale(ValueRange range, FieldKind kind)
    {
        (this.range, this.kind) = (range, kind);
        (least, most) = range.Kind == RangeKind.Normal ? RangeRules.LimitsOf(kind, range.PerDimension) : (range.Low, range.High);
        var half = range.Kind == RangeKind.LogIntUniform ? 0.5 : 0;
        (start, end) = IsStepwise && half == 0 ? (0, range.Count) : (Spread(least - half), Spread(most + half));
    }

    /// <summary>The numbers are steps apart.</summary>
    public bool IsStepwise => range.Count < long.MaxValue;

    double Step => range.Step ?? 1;

    /// <returns>The canonical text of the number at a coordinate of the unit interval.</returns>
    public string Text(double unit)
    {
        var number = Math.Clamp(Number(start + unit * (end - start)), least, most);
        var digits = range.Kind == RangeKind.Quantized ? 15 : DigitsOf(number);
        var text = range.Text(Math.Clamp(Shortened(number, digits), least, most));
        return kind.Canonical(text) ?? throw new InvalidOperationException($"{text} is no number of {range}: {kind.Complaint(text)}");
    }

    /// <returns>The coordinate of a number's text; null where it is none of the range.</returns>
    public double? Unit(string text)
    {
        if (text.EndsWith('d') != range.PerDimension)
            return null;
        var number = double.Parse(text.TrimEnd('d'), CultureInfo.InvariantCulture);
        if (number < least || number > most)
            return null;
        if (!IsStepwise)
            return (Spread(number) - start) / (end - start);
        var (from, to) = Part(number);
        var middle = (from + to) / 2;
        return Text(middle) == text ? middle : null;
    }

    /// <returns>The part of the unit interval that belongs to the same number as a coordinate; only where the numbers are steps
    /// apart.</returns>
    public (double From, double To) PartAt(double unit) => Part(Number(start + unit * (end - start)));

    (double From, double To) Part(double number)
    {
        if (range.Kind == RangeKind.LogIntUniform)
        {
            var whole = Math.Clamp(Math.Round(number), least, most);
            return ((Math.Log(whole - 0.5) - start) / (end - start), (Math.Log(whole + 0.5) - start) / (end - start));
        }

        var place = Math.Clamp(Math.Round((number - range.Low) / Step), 0, range.Count - 1);
        return (place / range.Count, (place + 1) / range.Count);
    }

    /// <summary>A number on the scale on which the range is spread evenly.</summary>
    double Spread(double number) =>
        range.Kind switch
        {
            RangeKind.LogUniform or RangeKind.LogIntUniform => Math.Log(number),
            RangeKind.Normal => StandardNormal.Below((number - range.Low) / range.High),
            _ => number,
        };

    /// <summary>Back from <see cref="Spread"/>.</summary>
    double Number(double spread) =>
        range.Kind switch
        {
            RangeKind.LogUniform => Math.Exp(spread),
            RangeKind.LogIntUniform => Math.Round(Math.Exp(spread)),
            RangeKind.Normal => range.Low + range.High * StandardNormal.Quantile(spread),
            RangeKind.IntUniform or RangeKind.Quantized => range.Low + Math.Min(Math.Floor(spread), range.Count - 1) * Step,
            _ => spread,
        };

    int DigitsOf(double number)
    {
        var width = range.Kind == RangeKind.Normal ? range.High : range.High - range.Low;
        return IsStepwise || number == 0 ? 17 : Math.Clamp(Digits + Exponent(number) - Exponent(width), Digits, 17);
    }

    static int Exponent(double number) => (int)Math.Floor(Math.Log10(Math.Abs(number)));

    static double Shortened(double number, int digits) =>
        double.Parse(number.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
