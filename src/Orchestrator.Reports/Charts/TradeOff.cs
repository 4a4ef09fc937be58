using System.Xml.Linq;
using Orchestrator.Reports.Tables;

namespace Orchestrator.Reports.Charts;

sealed record TradeOffPoint(TrialView Trial, double Bits, double Fid);

/// <summary>FID against bits per dimension.</summary>
/// <param name="all">The points of all panels, which share their axes.</param>
sealed class TradeOff(IReadOnlyCollection<TradeOffPoint> all)
{
    const double Width = 260,
        Height = 236,
        LabelGap = 13;

    public XElement Draw(string title, IReadOnlyCollection<TradeOffPoint> points)
    {
        var frame = new Frame(38, 30, Width - 4, Height - 44);
        var y = LinearScale.Around(all.Select(point => point.Fid), frame.Bottom, frame.Top);
        frame = frame.With(y);
        var x = LinearScale.Around(all.Select(point => point.Bits), frame.Left + 6, frame.Right - 6);
        return Svg.Picture(
            Width,
            Height,
            $"{title}: FID against bits per dimension, one point for each trial.",
            "chart",
            frame.Axes(x, y, "bits per dimension", "FID", xTicks: 3),
            points.Select(point =>
                Svg.Dot(
                    $"point {point.Trial.Colour}{(point.Trial.Result.Pareto ? " front" : "")}",
                    x.At(point.Bits),
                    y.At(point.Fid),
                    4.5,
                    $"{point.Trial.Name}: FID {Figure.Distance(point.Fid)}, {Figure.Bits(point.Bits)} bits per dimension"
                        + (point.Trial.Result.Pareto ? ", on the Pareto front" : "")
                )
            ),
            Names(points, x, y, frame)
        );
    }

    /// <summary>Names every point that has room for its name; the others have their colour.</summary>
    static IEnumerable<XElement> Names(IEnumerable<TradeOffPoint> points, LinearScale x, LinearScale y, Frame frame)
    {
        var taken = new List<(double X, double Y)>();
        foreach (var point in points.Where(point => point.Trial.IsColoured))
        {
            var (atX, atY) = (x.At(point.Bits), y.At(point.Fid));
            var isLeft = atX > frame.Right - 40;
            var start = isLeft ? atX - 36 : atX + 8;
            if (taken.Exists(other => Math.Abs(other.X - start) < 34 && Math.Abs(other.Y - atY) < LabelGap))
                continue;
            taken.Add((start, atY));
            yield return Svg.Text(
                $"name {point.Trial.Colour}",
                isLeft ? atX - 8 : atX + 8,
                atY + 4,
                isLeft ? "end" : "start",
                point.Trial.Id
            );
        }
    }
}
