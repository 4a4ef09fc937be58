using System.Collections.Immutable;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain.Kept;

/// <summary>What a trial has several of, in bytes.</summary>
static class BytesOfParts
{
    // Trials have most of theirs in common.
    static readonly Pool<string> Texts = new();

    public static void WriteMaybe(this BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        if (text is not null)
            to.Write(text);
    }

    public static string? ReadMaybeString(this BinaryReader from) => from.ReadBoolean() ? from.ReadString() : null;

    public static void WriteMaybe(this BinaryWriter to, long? number)
    {
        to.Write(number is not null);
        if (number is { } known)
            to.Write(known);
    }

    public static long? ReadMaybeNumber(this BinaryReader from) => from.ReadBoolean() ? from.ReadInt64() : null;

    public static void WriteAll(this BinaryWriter to, int[] numbers)
    {
        to.Write(numbers.Length);
        foreach (var number in numbers)
            to.Write(number);
    }

    public static int[] ReadNumbers(this BinaryReader from)
    {
        var numbers = new int[from.ReadInt32()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = from.ReadInt32();
        return numbers;
    }

    public static void WriteAll(this BinaryWriter to, string[] texts)
    {
        to.Write(texts.Length);
        foreach (var text in texts)
            to.Write(text);
    }

    public static string[] ReadStrings(this BinaryReader from)
    {
        var texts = new string[from.ReadInt32()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Texts.Of(from.ReadString());
        return texts;
    }

    public static void WriteAll(this BinaryWriter to, double[] figures)
    {
        to.Write(figures.Length);
        foreach (var figure in figures)
            to.Write(figure);
    }

    public static double[] ReadFigures(this BinaryReader from)
    {
        var figures = new double[from.ReadInt32()];
        for (var i = 0; i < figures.Length; i++)
            figures[i] = from.ReadDouble();
        return figures;
    }

    public static void WriteAll(this BinaryWriter to, ImmutableSortedDictionary<AttemptCause, int> counts)
    {
        to.Write(counts.Count);
        foreach (var (cause, count) in counts)
        {
            to.Write((int)cause);
            to.Write(count);
        }
    }

    public static ImmutableSortedDictionary<AttemptCause, int> ReadCounts(this BinaryReader from)
    {
        var counts = ImmutableSortedDictionary<AttemptCause, int>.Empty;
        for (var left = from.ReadInt32(); left > 0; left--)
            counts = counts.Add((AttemptCause)from.ReadInt32(), from.ReadInt32());
        return counts;
    }

    public static void WriteMaybe(this BinaryWriter to, AttemptEnd? end)
    {
        to.Write(end is not null);
        if (end is null)
            return;
        to.Write((int)end.Cause);
        to.WriteMaybe(end.Message);
        to.WriteMaybe(end.Layer);
        to.WriteMaybe(end.Step);
    }

    public static AttemptEnd? ReadMaybeEnd(this BinaryReader from) =>
        from.ReadBoolean()
            ? new AttemptEnd((AttemptCause)from.ReadInt32(), from.ReadMaybeString(), from.ReadMaybeString(), from.ReadMaybeNumber())
            : null;
}
