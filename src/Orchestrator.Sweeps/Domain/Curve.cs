using System.Collections;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>The reports of a trial's epochs, in the order of the epochs, one of each.</summary>
/// <remarks>They lie side by side in blocks, of which a report that comes replaces or adds to one: a long curve costs O(log epochs) to
/// change, and a short one hardly more room than its reports.</remarks>
public sealed class Curve : IReadOnlyCollection<EpochReport>
{
    const int Block = 64;

    readonly ImmutableList<ImmutableArray<EpochReport>> earlier;
    readonly ImmutableArray<EpochReport> newest;

    Curve(ImmutableList<ImmutableArray<EpochReport>> earlier, ImmutableArray<EpochReport> newest) =>
        (this.earlier, this.newest) = (earlier, newest);

    public static Curve Empty { get; } = new([], []);

    public bool IsEmpty => newest.IsEmpty;

    public int Count => earlier.Count * Block + newest.Length;

    /// <summary>Of the newest epoch; null before the first.</summary>
    public EpochReport? Last => IsEmpty ? null : newest[^1];

    /// <returns>The report of an epoch; null where there is none.</returns>
    public EpochReport? Find(int epoch)
    {
        var block = BlockOf(Place(epoch));
        return IndexOf(block, epoch) is >= 0 and var index ? block[index] : null;
    }

    /// <summary>The curve with a report, in place of an earlier one of the same epoch.</summary>
    public Curve With(EpochReport report)
    {
        if (IsEmpty || report.Epoch > newest[^1].Epoch)
            return newest.Length < Block ? new(earlier, newest.Add(report)) : new(earlier.Add(newest), [report]);
        var place = Place(report.Epoch);
        var index = IndexOf(BlockOf(place), report.Epoch);
        // Epochs come one after the other: that one was left out is seen nowhere, and may take long.
        if (index < 0)
            return this.Append(report).OrderBy(one => one.Epoch).Aggregate(Empty, (curve, one) => curve.With(one));
        var block = BlockOf(place).SetItem(index, report);
        return place < earlier.Count ? new(earlier.SetItem(place, block), newest) : new(earlier, block);
    }

    public IEnumerator<EpochReport> GetEnumerator() => earlier.SelectMany(block => block).Concat(newest).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    ImmutableArray<EpochReport> BlockOf(int place) => place < earlier.Count ? earlier[place] : newest;

    // Of the block that has the epoch, if any has.
    int Place(int epoch) => FirstFrom(epoch, earlier.Count, place => earlier[place][^1].Epoch);

    static int IndexOf(ImmutableArray<EpochReport> block, int epoch) =>
        FirstFrom(epoch, block.Length, index => block[index].Epoch) is var index && index < block.Length && block[index].Epoch == epoch
            ? index
            : -1;

    static int FirstFrom(int epoch, int count, Func<int, int> epochAt)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = epochAt(middle) < epoch ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    internal void Write(BinaryWriter to)
    {
        to.Write(Count);
        foreach (var report in this)
        {
            to.Write(report.Epoch);
            to.Write(report.Step);
            to.Write(report.TrainBitsPerDim);
            to.Write(report.ValidationBitsPerDim);
            to.Write(report.LearningRate);
            to.Write(report.GradientNorm);
            to.Write(report.ImagesPerSecond);
            to.Write(report.Seconds);
        }
    }

    internal static Curve Read(BinaryReader from)
    {
        var earlier = ImmutableList.CreateBuilder<ImmutableArray<EpochReport>>();
        var left = from.ReadInt32();
        for (; left > Block; left -= Block)
            earlier.Add(Reports(Block));
        return left == 0 ? Empty : new(earlier.ToImmutable(), Reports(left));

        ImmutableArray<EpochReport> Reports(int count)
        {
            var reports = new EpochReport[count];
            for (var i = 0; i < count; i++)
                reports[i] = new EpochReport(
                    from.ReadInt32(),
                    from.ReadInt64(),
                    from.ReadDouble(),
                    from.ReadDouble(),
                    from.ReadDouble(),
                    from.ReadDouble(),
                    from.ReadDouble(),
                    from.ReadDouble()
                );
            return ImmutableCollectionsMarshal.AsImmutableArray(reports);
        }
    }
}
