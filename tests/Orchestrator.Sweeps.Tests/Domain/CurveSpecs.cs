using System.Text;
using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class CurveSpecs
{
    [Fact]
    public void It_is_a_list_sorted_by_epoch_whatever_comes_in_whatever_order() =>
        // Mostly in order, over more than one block, with some again and some left out.
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 250].Array[0, 30])
            .Sample(
                (epochs, others) =>
                {
                    var (curve, expected) = (Curve.Empty, new SortedDictionary<int, EpochReport>());
                    foreach (var (step, epoch) in Enumerable.Range(1, epochs).Select(epoch => 2 * epoch).Concat(others).Index())
                    {
                        expected[epoch] = Report(epoch, step);
                        curve = curve.With(Report(epoch, step));
                    }

                    Assert.Equal(expected.Values, curve);
                    Assert.Equal((expected.Count, expected.Values.Last(), false), (curve.Count, curve.Last, curve.IsEmpty));
                    for (var epoch = 0; epoch <= 401; epoch++)
                        Assert.Equal(expected.GetValueOrDefault(epoch), curve.Find(epoch));
                    using var bytes = new MemoryStream();
                    using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
                        curve.Write(writer);
                    bytes.Position = 0;
                    using var reader = new BinaryReader(bytes);
                    var read = Curve.Read(reader);
                    Assert.Equal(expected.Values, read);
                    Assert.Equal(expected.Values.Append(Report(1_000, 1)), read.With(Report(1_000, 1)));
                },
                iter: 300
            );

    [Fact]
    public void Before_the_first_epoch_there_is_nothing()
    {
        Assert.Equal((0, null, true), (Curve.Empty.Count, Curve.Empty.Last, Curve.Empty.IsEmpty));
        Assert.Null(Curve.Empty.Find(1));
    }

    [Fact]
    public void A_curve_stays_as_it_was_when_another_is_made_of_it()
    {
        var before = Curve.Empty.With(Report(1, 1));
        _ = before.With(Report(1, 2)).With(Report(2, 3));
        Assert.Equal([Report(1, 1)], before);
    }

    static EpochReport Report(int epoch, long step) => new(epoch, step, 3, 3, 1e-3, 1, 100, 1);
}
