using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Access;

namespace Orchestrator.Remote;

/// <summary>One sweep to look at, in a running cluster or in a data folder.</summary>
abstract class SweepSource : IDisposable
{
    public abstract Task<SweepDetail> ShowAsync(CancellationToken cancel);

    public abstract Task<SweepWhy> WhyAsync(CancellationToken cancel);

    /// <param name="by">One of the groupings of <see cref="SweepCost"/>; null for the sum alone.</param>
    public abstract Task<SweepCost> CostAsync(string? by, CancellationToken cancel);

    /// <summary>What is in the journal after a sequence number: a page of it.</summary>
    public abstract Task<JournalPage> JournalAsync(long after, CancellationToken cancel);

    /// <summary>What is in a trial's log after so many bytes.</summary>
    public abstract Task<string> LogAsync(string trial, long after, CancellationToken cancel);

    /// <summary>What goes on with the sweep where it was interrupted; null where that is not for whoever looks.</summary>
    public virtual string? GoOn => null;

    public virtual void Dispose() { }
}

sealed class RemoteSweep(CoordinatorClient cluster, string sweep) : SweepSource
{
    const int Page = 1000;

    public override async Task<SweepDetail> ShowAsync(CancellationToken cancel) =>
        Read<SweepDetail>(await cluster.GetAsync(sweep, "", cancel));

    public override async Task<SweepWhy> WhyAsync(CancellationToken cancel) =>
        Read<SweepWhy>(await cluster.GetAsync(sweep, "/why", cancel));

    public override async Task<SweepCost> CostAsync(string? by, CancellationToken cancel) =>
        Read<SweepCost>(await cluster.GetAsync(sweep, by is null ? "/cost" : $"/cost?by={Uri.EscapeDataString(by)}", cancel));

    public override async Task<JournalPage> JournalAsync(long after, CancellationToken cancel) =>
        Read<JournalPage>(
            await cluster.GetAsync(sweep, string.Create(CultureInfo.InvariantCulture, $"/journal?after={after}&limit={Page}"), cancel)
        );

    public override Task<string> LogAsync(string trial, long after, CancellationToken cancel) =>
        cluster.GetAsync(
            sweep,
            string.Create(CultureInfo.InvariantCulture, $"/trials/{Uri.EscapeDataString(trial)}/log?after={after}"),
            cancel
        );

    public override void Dispose() => cluster.Dispose();

    static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, OrchestratorJson.Compact)!;
}

sealed class LocalSweep(DataFolder folder, string sweep, TimeProvider time) : SweepSource
{
    readonly LocalSweeps _sweeps = new(folder);

    JournalReader Journal => _sweeps.Journal;

    public override Task<SweepDetail> ShowAsync(CancellationToken cancel) => Task.FromResult(_sweeps.Detail(State(), time.GetUtcNow()));

    public override Task<SweepWhy> WhyAsync(CancellationToken cancel)
    {
        var (state, now) = (State(), time.GetUtcNow());
        var why = SweepWhy.From(state, _sweeps.States(), new TokenFile(folder.Tokens).LastQuotas(), now);
        return Task.FromResult(
            _sweeps.Overview(state, now).Interrupted
                ? why with
                {
                    Because = [$"nobody works on it; go on with {GoOn}"],
                    StartsInSeconds = null,
                }
                : why
        );
    }

    public override Task<SweepCost> CostAsync(string? by, CancellationToken cancel)
    {
        var (state, now) = (State(), time.GetUtcNow());
        LocalSweeps.RequireBy(by, SweepCost.Groupings(state));
        return Task.FromResult(SweepCost.From(state, by, now));
    }

    public override string? GoOn => _sweeps.GoOn(sweep);

    public override Task<JournalPage> JournalAsync(long after, CancellationToken cancel)
    {
        var events = Journal.Events(sweep, after).Select(entry => JournalEntry.From(entry.Sequence, entry.Event)).ToImmutableArray();
        return Task.FromResult(new JournalPage(events, events.IsEmpty ? after : events[^1].Sequence));
    }

    public override Task<string> LogAsync(string trial, long after, CancellationToken cancel)
    {
        var number = TrialName.Number(trial, sweep, State().Trials.Count);
        var text = TrialLog.Of(
            Journal.Events(sweep).Select(entry => entry.Event).Where(fact => fact is ITrialFact { Trial: var of } && of == number)
        );
        return Task.FromResult(Encoding.UTF8.GetString(text.AsSpan((int)Math.Min(after, text.Length))));
    }

    SweepState State() =>
        Journal.Sweep(sweep) ?? throw new CommandException(ExitCode.NotFound, $"there is no sweep '{sweep}' in {folder.Root}");
}
