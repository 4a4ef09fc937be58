using System.Xml.Linq;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Charts;

/// <summary>Validation and training bits per dimension by epoch, labelled where the lines end.</summary>
sealed class LearningCurves
{
    readonly IReadOnlyList<TrialView> trials;
    readonly (string Name, double Bits)[] baselines;
    readonly int lastEpoch;
    readonly double bottom,
        top;

    public LearningCurves(IReadOnlyList<TrialView> trials, BaselineResult baselines)
    {
        this.trials = trials;
        this.baselines =
        [
            .. Known("full-covariance Gaussian", baselines.FullCovarianceGaussian),
            .. Known("factorised histogram", baselines.FactorisedHistogram),
        ];
        lastEpoch = trials.Max(trial => trial.State.Epochs);
        var shown = Validation(_ => true).Concat(this.baselines.Select(baseline => baseline.Bits)).DefaultIfEmpty(0).ToList();
        // The first epochs fall so far that what comes later would be flat: what follows the first fifth of the run sets the upper end.
        var settled = 1 + lastEpoch / 5;
        var high = Validation(epoch => epoch >= settled)
            .Concat(this.baselines.Select(baseline => baseline.Bits))
            .DefaultIfEmpty(shown.Max())
            .Max();
        var low = shown.Concat(Training(epoch => epoch >= settled)).Min();
        var scale = LinearScale.Around([low, high], 0, 1);
        (bottom, top) = (scale.Min, scale.Max);
        CutAt = shown.Concat(Training(_ => true)).Max() > top ? top : null;
    }

    /// <summary>The value above which lines are cut; null where everything is within the picture.</summary>
    public double? CutAt { get; }

    /// <param name="labelWidth">Room beside the chart for the names of the lines.</param>
    public XElement Draw(double width, double height, double labelWidth, Func<TrialView, string> label, string className)
    {
        var frame = new Frame(48, 34, width - labelWidth - 12, height - 44);
        var y = new LinearScale(bottom, top, frame.Bottom, frame.Top);
        frame = frame.With(y);
        var x = new LinearScale(lastEpoch == 1 ? 0 : 1, lastEpoch, frame.Left + 6, frame.Right - 6);
        var clip = $"clip-{className}";
        return Svg.Picture(
            width,
            height,
            "Validation bits per dimension by epoch, one line for each trial; the table above holds the last values.",
            $"chart {className}",
            new XElement("clipPath", new XAttribute("id", clip), Rectangle(frame)),
            frame.Axes(x, y, "epoch", "bits per dimension", xTicks: width > 600 ? 10 : 5, smallestXStep: 1),
            new XElement("g", new XAttribute("clip-path", $"url(#{clip})"), trials.Reverse().SelectMany(trial => Lines(trial, x, y))),
            baselines.SelectMany(baseline => Baseline(baseline.Name, y.At(baseline.Bits), frame)),
            Labels(frame, x, y, label, room: labelWidth)
        );
    }

    static IEnumerable<XElement> Lines(TrialView trial, LinearScale x, LinearScale y)
    {
        yield return Svg.Path($"train {trial.Colour}", Points(report => report.TrainBitsPerDim));
        yield return Svg.Path($"validation {trial.Colour}", Points(report => report.ValidationBitsPerDim), trial.Name);

        IEnumerable<(double, double)> Points(Func<EpochReport, double> value) =>
            trial.State.Curve.Select(report => (x.At(report.Epoch), y.At(value(report))));
    }

    IEnumerable<XElement> Labels(Frame frame, LinearScale x, LinearScale y, Func<TrialView, string> label, double room)
    {
        var ends = trials
            .Select(trial => (Trial: trial, Report: trial.State.LastReport!))
            .Where(end => double.IsFinite(end.Report.ValidationBitsPerDim))
            .Select(end => (end.Trial, X: x.At(end.Report.Epoch), Y: Math.Max(y.At(end.Report.ValidationBitsPerDim), frame.Top)))
            .ToList();
        foreach (var (trial, atX, atY) in ends)
            yield return Svg.Dot(
                $"end {trial.Colour}",
                atX,
                atY,
                3,
                $"{trial.Name}: {Figure.Bits(trial.Result.Validation.BitsPerDim)} bits per dimension"
            );

        var named = ends.Where(end => end.Trial.IsColoured).ToList();
        var heights = LabelColumn.Spread([.. named.Select(end => end.Y)], 16, frame.Top, frame.Bottom);
        foreach (var ((trial, atX, atY), height) in named.Zip(heights))
        {
            yield return Svg.Path(
                $"leader {trial.Colour}",
                [(atX + 4, atY), (frame.Right, atY), (frame.Right + 10, height), (frame.Right + 14, height)]
            );
            yield return Svg.Text(
                $"name {trial.Colour}",
                frame.Right + 18,
                height + 4,
                "start",
                Shortened(label(trial), (int)(room / 6.1))
            );
        }
    }

    static IEnumerable<XElement> Baseline(string name, double height, Frame frame) =>
        [
            Svg.Line("baseline", frame.Left, height, frame.Right, height),
            Svg.Text("baseline-name", frame.Right - 4, height - 6, "end", name),
        ];

    static XElement Rectangle(Frame frame) =>
        new(
            "rect",
            new XAttribute("x", Svg.Number(frame.Left)),
            new XAttribute("y", Svg.Number(frame.Top)),
            new XAttribute("width", Svg.Number(frame.Right - frame.Left)),
            new XAttribute("height", Svg.Number(frame.Bottom - frame.Top))
        );

    static string Shortened(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    static IEnumerable<(string, double)> Known(string name, double? bits) => bits is { } value ? [(name, value)] : [];

    IEnumerable<double> Validation(Func<int, bool> epoch) => Finite(epoch, report => report.ValidationBitsPerDim);

    IEnumerable<double> Training(Func<int, bool> epoch) => Finite(epoch, report => report.TrainBitsPerDim);

    IEnumerable<double> Finite(Func<int, bool> epoch, Func<EpochReport, double> value) =>
        trials.SelectMany(trial => trial.State.Curve).Where(report => epoch(report.Epoch)).Select(value).Where(double.IsFinite);
}
