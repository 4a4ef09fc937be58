using System.Globalization;
using System.Threading.Channels;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Output;

/// <summary>One line per change of a trial, and a trial's epochs at most every ten seconds.</summary>
sealed class PlainProgress(TextWriter output, TimeProvider time) : ProgressDisplay(time)
{
    static readonly TimeSpan EpochLines = TimeSpan.FromSeconds(10);
    readonly Dictionary<int, TimeSpan> _lastEpochLine = [];
    SweepState? _shown;

    public override async Task ShowAsync(ChannelReader<object> events, Task stop)
    {
        while (await Advance(events, stop, Timeout.InfiniteTimeSpan, Happened))
        {
            // every change is one line, written as it is taken in
        }
    }

    void Happened(object message)
    {
        switch (message)
        {
            case Trouble trouble:
                Line(trouble.Message);
                break;
            case SlotProtocol.Notice notice:
                Line($"trial {TrialId.Of(notice.Trial)}: {notice.Message}");
                break;
            case SweepProtocol.SweepChanged changed:
                if (_shown is null)
                    Line($"sweep {changed.State.Spec.Name}: {Trials(changed.State)}");
                // A trial that was just drawn was nothing before.
                foreach (var trial in _shown is null ? [] : changed.State.Trials)
                    if (
                        (trial.Number > _shown!.Trials.Count ? new TrialState(trial.Number, trial.Parameters) : _shown.Trial(trial.Number))
                            is var before
                        && !ReferenceEquals(before, trial)
                    )
                        Show(before, trial);
                _shown = changed.State;
                break;
        }
    }

    static string Trials(SweepState sweep) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{sweep.PlannedTrials} trials, {sweep.PlannedTrials - sweep.Trials.Count + sweep.OpenTrials} to go"
        );

    void Show(TrialState before, TrialState now)
    {
        var name = $"trial {now.Id} ({View.Label(now)})";
        if (now.Attempts > before.Attempts)
            Line($"{name}: attempt {now.Attempts} begins{StatusText.Parts(now.Accumulate)}");
        if (
            now.Epochs > before.Epochs
            && (now.Epochs == View.Epochs(now) || View.Elapsed - _lastEpochLine.GetValueOrDefault(now.Number) >= EpochLines)
        )
        {
            _lastEpochLine[now.Number] = View.Elapsed;
            Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: epoch {now.Epochs}/{View.Epochs(now)}, validation {now.LastReport!.ValidationBitsPerDim:F3} bits/dim, "
                        + $"{now.LastReport.ImagesPerSecond:F0} images/s"
                )
            );
        }

        if (now.Status != before.Status && now.Status is not TrialStatus.Running)
            Line($"{name}: {Outcome(now)}");
        if (now.Evaluation == before.Evaluation)
            return;
        if (now is { Evaluation: EvaluationStatus.Completed, Scores: { } scores })
            Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: test {scores.Test.BitsPerDim:F3} bits/dim, FID {scores.Samples.Fid:F2}, KID {scores.Samples.Kid:F4}"
                )
            );
        else if (now.Evaluation == EvaluationStatus.Failed)
            Line($"{name}: evaluation failed{(now.EvaluationEnd is { } end ? $": {StatusText.Of(end)}" : "")}");
    }

    static string Outcome(TrialState trial) =>
        (trial.Status, trial.End) switch
        {
            // Data that are not the sweep's are told once, where the sweep pauses itself for them.
            (TrialStatus.Pending, { Cause: AttemptCause.Data } end) => $"back in the queue: {StatusText.Of(end.Cause)}",
            (TrialStatus.Pending, { Cause: AttemptCause.Done }) => string.Create(
                CultureInfo.InvariantCulture,
                $"{(trial.Promotions > 0 ? "promoted" : "goes on")} from epoch {trial.Epochs}"
            ),
            (TrialStatus.Pending, { } end) => $"back in the queue: {StatusText.Of(end)}",
            (TrialStatus.Failed, { } end) => $"failed: {StatusText.Of(end)}",
            (TrialStatus.Paused or TrialStatus.Pruned, _) => StatusText.Trial(
                trial.Status,
                trial.Epochs,
                cause: null,
                EvaluationStatus.None,
                evaluationCause: null
            ),
            _ => StatusText.Of(trial.Status),
        };

    void Line(string text) => output.WriteLine($"[{View.Elapsed:mm\\:ss}] {text}");
}
