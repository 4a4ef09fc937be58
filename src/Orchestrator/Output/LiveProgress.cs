using System.Globalization;
using System.Threading.Channels;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Orchestrator.Output;

/// <summary>A table that is redrawn a few times a second while the sweep runs.</summary>
sealed class LiveProgress(IAnsiConsole console, TimeProvider time) : ProgressDisplay(time)
{
    static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);
    const int MostRows = 24;
    string? _notice;

    public override async Task ShowAsync(ChannelReader<object> events, Task stop)
    {
        try
        {
            await ShowTable(events, stop);
        }
        catch (OutputException)
        {
            // The terminal is gone; the sweep is not.
            while (await Advance(events, stop, Timeout.InfiniteTimeSpan)) { }
        }
    }

    Task ShowTable(ChannelReader<object> events, Task stop) =>
        console
            .Live(new Text("starting"))
            .AutoClear(true)
            .StartAsync(async live =>
            {
                var goesOn = true;
                while (goesOn)
                {
                    goesOn = await Advance(events, stop, Redraw, Happened);
                    live.UpdateTarget(Draw());
                    live.Refresh();
                    if (goesOn)
                        await Task.WhenAny(stop, Task.Delay(Redraw));
                }
            });

    void Happened(object message)
    {
        if (message is Trouble trouble)
            _notice = trouble.Message;
        else if (message is SlotProtocol.Notice notice)
            _notice = $"trial {TrialId.Of(notice.Trial)}: {notice.Message}";
    }

    IRenderable Draw()
    {
        if (View.Sweep is not { } sweep)
            return new Text("starting");
        var table = new Table().RoundedBorder().AddColumns("trial", "parameters", "state", "epoch", "validation bits/dim", "images/s");
        foreach (var column in table.Columns.Skip(3))
            column.RightAligned();
        // What moves comes first where not all fits.
        var rows =
            sweep.Trials.Count <= MostRows
                ? sweep.Trials
                : sweep.Trials.OrderBy(trial => (trial.Status != TrialStatus.Running, trial.IsOver, trial.Number)).Take(MostRows);
        foreach (var trial in rows)
            table.AddRow(Row(trial));
        var progress = SweepProgress.From(sweep, Now);
        var left = TimeLeftText.Of(
            progress.TimeLeft.Total,
            progress.TimeLeft.Training,
            progress.TimeLeft.Range,
            progress.EvaluationsToCome
        );
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{sweep.Spec.Name}: {sweep.Trials.Count - sweep.OpenTrials} of {sweep.PlannedTrials} trials done, "
                + $"{progress.EpochsDone} of {progress.EpochsPlanned} epochs, "
                + $"{View.Elapsed:hh\\:mm\\:ss} elapsed{(left.Length > 0 ? $", {left}" : "")}"
        );
        return _notice is null ? new Rows(new Text(summary), table) : new Rows(new Text(summary), table, new Text(Printable.From(_notice)));
    }

    IRenderable[] Row(TrialState trial)
    {
        var progress = View.Progress(trial.Number);
        var epochs = View.Epochs(trial);
        var epoch = progress is null ? trial.Epochs : Math.Max(trial.Epochs, progress.Epoch);
        return
        [
            new Text(trial.Id),
            new Text(Printable.From(View.Label(trial))),
            new Text(StatusText.Of(trial)),
            new Text(string.Create(CultureInfo.InvariantCulture, $"{epoch}/{epochs}")),
            new Text(trial.LastReport?.ValidationBitsPerDim.ToString("F3", CultureInfo.InvariantCulture) ?? ""),
            new Text(progress?.ImagesPerSecond.ToString("F0", CultureInfo.InvariantCulture) ?? ""),
        ];
    }
}
