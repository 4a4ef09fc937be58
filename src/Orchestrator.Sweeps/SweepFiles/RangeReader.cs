using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads a range of numbers: <c>{ log_uniform: [1.0e-4, 3.0e-3] }</c>.</summary>
sealed class RangeReader(FieldReader reader, ProblemList problems)
{
    static readonly Dictionary<string, RangeKind> Kinds = Enum.GetValues<RangeKind>().ToDictionary(ValueRange.NameOf);

    public static IEnumerable<string> Names => Kinds.Keys;

    public static bool IsRange(MappingNode mapping) => mapping.Entries.Any(entry => Kinds.ContainsKey(entry.Key.Text));

    /// <returns>Null where the range cannot be; why is among the problems.</returns>
    public ValueRange? Read(Field field, MappingNode mapping)
    {
        var before = problems.Count;
        var (key, value) = mapping.Entries.First(entry => Kinds.ContainsKey(entry.Key.Text));
        foreach (var (other, _) in mapping.Entries.Where(entry => entry.Key != key))
            problems.Add(other.At, field.Path, $"unknown key {Printable.Quote(other.Text)} beside {key.Text}");
        var kind = Kinds[key.Text];
        if (Misfit(field, kind) is { } misfit)
            problems.Add(key.At, field.Path, misfit);
        if (problems.Count > before)
            return null;
        var range = ReadNumbers(field, kind, value);
        return problems.Count == before ? range : null;
    }

    /// <returns>Why a field has no range of this kind; null where it may have one.</returns>
    static string? Misfit(Field field, RangeKind kind)
    {
        if (field.Path == SearchSpace.Replicate)
            return "every trial has the same replicates: expected a list of values";
        var kinds = RangeRules.KindsOf(field.Kind);
        if (kinds.Contains(kind))
            return null;
        var name = ValueRange.NameOf(kind);
        if (kinds.IsEmpty)
            return $"{name} is a range of numbers, and {field.Name} is none: expected a list of values";
        var instead = ValueRange.NameOf(
            kind switch
            {
                RangeKind.LogUniform => RangeKind.LogIntUniform,
                RangeKind.IntUniform => RangeKind.Uniform,
                RangeKind.LogIntUniform => RangeKind.LogUniform,
                _ => RangeKind.IntUniform,
            }
        );
        return field.Kind is WholeNumber
            ? $"{name} draws real numbers, and {field.Name} is a whole one: use {instead}"
            : $"{name} draws whole numbers, and {field.Name} is a real one: use {instead}";
    }

    ValueRange? ReadNumbers(Field field, RangeKind kind, Node node)
    {
        var names = kind switch
        {
            RangeKind.Normal => "[mean, standard deviation]",
            RangeKind.Quantized => "[low, high, step]",
            _ => "[low, high]",
        };
        var count = names.Split(',').Length;
        if (node is not ListNode { Items: var items } || items.Count != count)
        {
            problems.Add(node.At, field.Path, $"expected {(count == 2 ? "two" : "three")} numbers: {names}");
            return null;
        }

        var distance = field with { Kind = RangeRules.DistanceOf(field.Kind) };
        var isDistance = (int index) => index == 2 || (index == 1 && kind == RangeKind.Normal);
        var texts = items.Select((item, index) => reader.Value(isDistance(index) ? distance : field, item).Text).ToList();
        if (texts.Contains(""))
            return null;
        var perDimension = texts[0].EndsWith('d');
        if (texts.FindIndex(text => text.EndsWith('d') != perDimension) is > 0 and var odd)
        {
            problems.Add(items[odd].At, field.Path, $"{texts[0]} and {texts[odd]}: expected all of them with d, or none");
            return null;
        }

        var numbers = texts.ConvertAll(text => double.Parse(text.TrimEnd('d'), CultureInfo.InvariantCulture));
        var range = new ValueRange(kind, numbers[0], numbers[1], count == 3 ? numbers[2] : null, perDimension);
        if (kind != RangeKind.Normal && Fault(range) is var (index, fault))
            problems.Add(items[index].At, field.Path, fault);
        return range;
    }

    /// <returns>What is wrong with numbers that the field may each have, and at which of them; null where nothing is.</returns>
    static (int Index, string Fault)? Fault(ValueRange range)
    {
        var isLog = range.Kind is RangeKind.LogUniform or RangeKind.LogIntUniform;
        return range.Low == range.High ? (1, $"both ends are {range.Text(range.Low)}: a single value belongs under trial")
            : range.Low > range.High ? (1, $"{range.Text(range.Low)} is above {range.Text(range.High)}: expected the lower end first")
            : isLog && range.Low <= 0 ? (0, $"{ValueRange.NameOf(range.Kind)} needs a lower end above 0, not {range.Text(range.Low)}")
            : range.Step is { } step && range.Count < 2
                ? (2, $"the step {range.Text(step)} is larger than what lies between {range.Text(range.Low)} and {range.Text(range.High)}")
            : null;
    }
}
