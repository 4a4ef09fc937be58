using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <summary>What an hour of a node's devices costs, in a currency of the operator's choice.</summary>
/// <param name="OfGpus">Of a whole GPU, by its name or a part of it; the first one that fits holds.</param>
/// <param name="OfCpuSlot">Of a slot of CPU cores; null where it has no price.</param>
public sealed record Prices(ImmutableArray<(string Name, double Price)> OfGpus, double? OfCpuSlot)
{
    const string Cpu = "cpu";

    public static Prices None { get; } = new([], null);

    /// <returns>Null where it has no price.</returns>
    public double? Of(SlotDevice device) =>
        device.Cuda is not { } gpu
            ? OfCpuSlot
            : OfGpus
                .Where(one => gpu.Name.Contains(one.Name, StringComparison.OrdinalIgnoreCase))
                .Select(one => (double?)one.Price)
                .FirstOrDefault();

    /// <param name="items">Such as <c>H100=2.50</c> and <c>cpu=0.04</c>.</param>
    /// <exception cref="FormatException">The message says what was expected.</exception>
    public static Prices Parse(ImmutableArray<string> items)
    {
        var all = items
            .Select(item =>
                item.LastIndexOf('=') is > 0 and var at
                && double.TryParse(item[(at + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
                && double.IsFinite(price)
                    ? (Name: item[..at].Trim(), Price: price)
                    : throw new FormatException($"expected name=price, as in H100=2.50 or {Cpu}=0.04, found '{item}'")
            )
            .ToList();
        return new Prices(
            [.. all.Where(one => one.Name != Cpu)],
            all.Where(one => one.Name == Cpu).Select(one => (double?)one.Price).FirstOrDefault()
        );
    }
}
