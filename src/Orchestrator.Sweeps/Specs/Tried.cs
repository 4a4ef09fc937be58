using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>How far a number was tried; nothing beyond it has been seen to train.</summary>
/// <param name="Least">Null where there is no such end.</param>
/// <param name="Most">Likewise.</param>
/// <param name="Why">What happens beyond, in words that go on after a colon.</param>
public sealed record Tried(double? Least, double? Most, string Why)
{
    public bool Excludes(double value) => value < Least || value > Most;

    /// <summary>What to say of a number beyond; <paramref name="unit"/> stands after each limit.</summary>
    public string Complaint(string text, string unit = "") => $"expected {Limits(unit)}, not {Printable.Quote(text)}: {Why}";

    string Limits(string unit) =>
        (Least, Most) switch
        {
            ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $"{least:R}{unit} to {most:R}{unit}"),
            ({ } least, null) => string.Create(CultureInfo.InvariantCulture, $"at least {least:R}{unit}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"at most {Most:R}{unit}"),
        };
}
