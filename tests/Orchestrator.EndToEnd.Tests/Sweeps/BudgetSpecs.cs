using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep that would train much longer than its budget allows, with real processes.</summary>
public sealed class BudgetSpecs
{
    // A few seconds of one slot.
    const double SlotHours = 0.004;

    static readonly string Endless =
        SweepFolder.Small.Replace("epochs: 30", "epochs: 100000", StringComparison.Ordinal)
        + string.Create(CultureInfo.InvariantCulture, $"\nbudget: {{ slot_hours: {SlotHours} }}\n");

    [Fact]
    public async Task A_killed_node_neither_resets_nor_burns_it_and_it_ends_with_a_scored_best_and_goes_on_with_more()
    {
        using var folder = new SweepFolder(Endless);
        var place = new OneNode(folder);
        await using (var first = await place.StartAsync(slots: 1))
        {
            await place.SayAsync("submit", "sweep.yaml");
            await Eventually.TrueAsync(() => folder.Journal().OfType<EpochReported>().Any());
            first.Kill();
        }

        var before = State(folder).SpentUntil(folder.Journal()[^1].At).Total.Slot;
        await using var node = await place.StartAsync(slots: 1);
        await using (var watch = Run.Orchestrator(folder.Root, "sweep", "watch", "small", "--server", place.Server))
            await watch.ExitsWith(0);

        var ended = State(folder);
        Assert.Equal(SweepStatus.Stopped, ended.Status);
        Assert.StartsWith("budget.slot_hours of 0.004 ", ended.StoppedBecause?.Message);
        Assert.Contains(ended.Trials, trial => trial is { End.Cause: AttemptCause.Budget, Scores: not null });
        Assert.True(ended.Spent.Total.Slot > before);
        // Training ended before all of it was used.
        Assert.True(ended.Spent.Training.Slot.TotalHours > SlotHours / 2, $"{ended.Spent.Training.Slot}");
        var results = await folder.Results();
        Assert.StartsWith("budget.slot_hours", results.GetProperty("sweep").GetProperty("stopped_because").GetString());
        Assert.Contains("stopped by its budget", await place.SayAsync("show", "small"), StringComparison.Ordinal);
        await using (
            var less = Run.Orchestrator(folder.Root, "sweep", "set", "small", "budget.slot_hours=0.0001", "--server", place.Server)
        )
        {
            await less.ExitsWith(2);
            Assert.Contains("that is not enough", less.Errors, StringComparison.Ordinal);
        }

        var epochs = folder.Journal().OfType<EpochReported>().Count();
        await place.SayAsync("set", "small", "budget.slot_hours=1");
        await Eventually.TrueAsync(() => folder.Journal().OfType<EpochReported>().Count() > epochs);
        Assert.Equal(SweepStatus.Running, State(folder).Status);
    }

    [Fact]
    public async Task A_budget_without_room_for_one_trial_is_refused_with_what_would_do()
    {
        using var folder = new SweepFolder(SweepFolder.Small + "\nbudget: { slot_hours: 1.0e-6, gpu_hours: 2 }\n");
        await using var plan = Run.Orchestrator(folder.Root, "sweep", "plan", "sweep.yaml");
        await plan.ExitsWith(2);
        Assert.Contains("budget.slot_hours: 1E-06 has no room for one trial", plan.Errors, StringComparison.Ordinal);
        Assert.Contains(" would do for one", plan.Errors, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(folder.Root, "sweep.yaml"), SweepFolder.Small + "\nbudget: { until: 2026-01-01T00:00Z }\n");
        await using var run = folder.Sweep();
        await run.ExitsWith(2);
        Assert.Contains("budget.until: 2026-01-01T00:00:00Z is over already", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["sweep.yaml"], Directory.EnumerateFileSystemEntries(folder.Root).Select(Path.GetFileName));
    }

    static SweepState State(SweepFolder folder) => folder.Journal().Aggregate((SweepState?)null, SweepState.Apply)!;
}
