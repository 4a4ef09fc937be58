using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Coordination;

/// <summary>The coordinator and its sweeps, with slots that train for 10 to 40 seconds of virtual time, renew their leases as often as real
/// ones of the default lease, and take two seconds to checkpoint and leave.</summary>
public sealed class SharedSlotsSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    const int Renewal = 5,
        Leaving = 2;

    static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(45);

    readonly List<SimulatedSlot> _slots = [];
    readonly Dictionary<string, int> _seconds = [];
    ImmutableSortedDictionary<string, TokenQuota> _quotas = ImmutableSortedDictionary<string, TokenQuota>.Empty;
    IActorRef _coordinator = null!;
    int _begun;

    /// <summary>Weights of 1, 2 and 4 on 14 slots, and beside them one that is worth more than all and whose token has two.</summary>
    [Fact]
    public async Task Shares_are_as_the_weights_and_quotas_say_over_ten_minutes_and_a_higher_priority_has_its_slots_within_ten_seconds()
    {
        _quotas = _quotas.Add("alice", new TokenQuota(2, null, null));
        await StartAsync(slots: 16);
        await SubmitAsync("greedy", "{ weight: 100 }", "alice");
        await SubmitAsync("a", "{ weight: 1 }");
        await SubmitAsync("b", "{ weight: 2 }");
        await SubmitAsync("c", "{ weight: 4 }");

        await PassAsync(seconds: 600);

        var shared = _seconds.Where(one => one.Key != "greedy").Sum(one => one.Value);
        Assert.InRange(_seconds["greedy"], 2 * 600 * 0.95, 2 * 600);
        Assert.InRange(shared, 14 * 600 * 0.95, 14 * 600);
        foreach (var (name, weight) in (IEnumerable<(string, int)>)[("a", 1), ("b", 2), ("c", 4)])
            Assert.InRange(_seconds[name] / (double)shared, weight / 7.0 * 0.95, weight / 7.0 * 1.05);

        await SubmitAsync("urgent", "{ priority: 1 }", trials: 6);
        var waited = 0;
        for (; Held("urgent") < 6; waited++)
            await PassAsync(seconds: 1);
        Assert.InRange(waited, 1, 10);
    }

    [Fact]
    public async Task A_quota_holds_over_all_sweeps_of_its_token_and_what_is_changed_of_it_holds_while_they_run()
    {
        _quotas = _quotas.Add("alice", new TokenQuota(3, null, null));
        await StartAsync(slots: 6);
        await SubmitAsync("mine", "{ weight: 1 }", "alice");
        await SubmitAsync("also-mine", "{ weight: 1 }", "alice");
        await PassAsync(seconds: 3);
        Assert.Equal(3, Mine());
        await SubmitAsync("other", "{ weight: 1 }", "bob");
        await PassAsync(seconds: 60);
        Assert.Equal((3, 3), (Mine(), Held("other")));

        _quotas = _quotas.SetItem("alice", new TokenQuota(1, null, null));
        await PassAsync(seconds: 10);
        Assert.Equal((1, 5), (Mine(), Held("other")));

        // Some minutes of slots are used by now.
        _quotas = _quotas.SetItem("alice", new TokenQuota(null, null, 0.01));
        await PassAsync(seconds: 10);
        Assert.Equal((0, 6), (Mine(), Held("other")));

        // Another coordinator, as of an upgrade, knows all of it from the journals: shares, budgets, changed files, whose a sweep is and
        // why it waits.
        string[] sweeps = ["mine", "also-mine", "other"];
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        var before = new Dictionary<string, string>();
        foreach (var (sweep, change) in sweeps.Zip(Changes()))
            before[sweep] = await ChangedAsync(change);
        await WatchAsync(_coordinator);
        Sys.Stop(_coordinator);
        await ExpectTerminatedAsync(_coordinator, cancellationToken: Cancel);
        Coordinate();
        var after = new Dictionary<string, string>();
        while (after.Count < sweeps.Length)
        {
            var state = (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State;
            after.TryAdd(state.Spec.Name, StateDigest.Of(state));
        }

        Assert.Equal(before, after);
        Sys.EventStream.Unsubscribe(TestActor);
        await PassAsync(seconds: 60);
        Assert.Equal((0, 6), (Mine(), Held("other")));

        _quotas = _quotas.Remove("alice");
        await PassAsync(seconds: 60);
        Assert.Equal((4, 2), (Mine(), Held("other")));

        int Mine() => Held("mine") + Held("also-mine");
    }

    static IEnumerable<SweepProtocol.IVerb> Changes()
    {
        var file = Spec(601, "mine", "share: { weight: 1 }");
        yield return new SweepProtocol.Change(file, "a changed file", Beyond: null);
        yield return new SweepProtocol.Set("also-mine", SweepBudget.Unlimited.Values.SetItem(SweepBudget.SlotHoursPath, "1000"));
        yield return new SweepProtocol.Set("other", SweepShare.Default.Values.SetItem("max_slots", "6"));
    }

    /// <returns>Of the state that the change leaves.</returns>
    async Task<string> ChangedAsync(SweepProtocol.IVerb change)
    {
        _coordinator.Tell(change, TestActor);
        var changed = await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        return StateDigest.Of(changed.State);
    }

    int Held(string sweep) => _slots.Count(slot => slot.Work?.Sweep == sweep);

    async Task StartAsync(int slots)
    {
        Coordinate();
        for (var slot = 1; slot <= slots; slot++)
            _slots.Add(new SimulatedSlot(slot, CreateTestProbe()));
        await PassAsync(seconds: 0);
    }

    void Coordinate()
    {
        var time = new VirtualTime(Scheduler);
        _coordinator = Sys.ActorOf(
            SweepCoordinator.Props(
                sweep => SweepActor.Props(sweep, DefaultLease, Membership, Metrics, time),
                Membership,
                Metrics,
                quotas: () => _quotas
            )
        );
    }

    async Task SubmitAsync(string name, string share, string? token = null, int trials = 600)
    {
        _coordinator.Tell(new SweepProtocol.Submit(Spec(trials, name, $"share: {share}"), "file", By: token), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
    }

    async Task PassAsync(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            foreach (var slot in _slots)
            {
                if (slot.Work is { } work)
                {
                    _seconds[work.Sweep] = _seconds.GetValueOrDefault(work.Sweep) + 1;
                    await WorkAsync(slot, work);
                }

                if (slot.Work is not null)
                    continue;
                // What it was told of its last work.
                while (slot.Probe.HasMessages)
                    await slot.Probe.ReceiveOneAsync(TimeSpan.Zero, Cancel);
                _coordinator.Tell(new RequestWork(Node, slot.Number, WorkKind.Training, Cores, Cores), slot.Probe);
            }

            // Whoever is given nothing has no answer; what comes late is given again.
            foreach (var slot in _slots.Where(slot => slot.Work is null))
                if (await slot.Probe.ReceiveOneAsync(TimeSpan.FromSeconds(0.3), Cancel) is WorkGranted granted)
                    slot.Begin(granted, 10 + (int)(Seed.Derive(7, "seconds", _begun++) % 31));
        }
    }

    async Task WorkAsync(SimulatedSlot slot, WorkGranted work)
    {
        slot.Left--;
        if (slot.Left > 0 && slot.Left % Renewal != 0)
            return;
        var (sweep, token) = (work.Sweep, work.Lease.Token);
        if (slot.Left > 0)
        {
            await AskAsync<LeaseRenewed>(slot, new RenewLease(sweep, token));
            // A recall comes right after, or not at all.
            _coordinator.Tell(new RenewLease(sweep, token), slot.Probe);
            if (await slot.Probe.ExpectMsgAsync<IProtocolMessage>(cancellationToken: Cancel) is LeaseRecalled)
            {
                await slot.Probe.FishForMessageAsync(message => message is LeaseRenewed, cancellationToken: Cancel);
                slot.Leave(Leaving);
            }

            return;
        }

        if (slot.IsLeaving)
        {
            await AskAsync<ReportAccepted>(
                slot,
                new WorkProtocol.EndLease(sweep, token, 1, new AttemptEnd(AttemptCause.Interrupted), null)
            );
        }
        else
        {
            WorkReport[] reports =
            [
                new WorkProtocol.ReportEpoch(sweep, token, 1, Epoch(1)),
                new WorkProtocol.ReportCheckpoint(sweep, token, 2, Checkpoint(1, final: true)),
                new WorkProtocol.EndLease(sweep, token, 3, new AttemptEnd(AttemptCause.Done), null),
            ];
            await AskAsync<ReportAccepted>(slot, Reports.Of(reports));
        }

        slot.Work = null;
    }

    async Task AskAsync<T>(SimulatedSlot slot, IProtocolMessage message)
    {
        _coordinator.Tell(message, slot.Probe);
        await slot.Probe.FishForMessageAsync(answer => answer is T, cancellationToken: Cancel);
    }

    sealed class SimulatedSlot(int number, TestProbe probe)
    {
        public int Number => number;

        public TestProbe Probe => probe;

        public WorkGranted? Work { get; set; }

        public int Left { get; set; }

        public bool IsLeaving { get; private set; }

        public void Begin(WorkGranted work, int seconds) => (Work, Left, IsLeaving) = (work, seconds, false);

        public void Leave(int seconds) => (Left, IsLeaving) = (Math.Min(Left, seconds), true);
    }

    sealed class VirtualTime(TestScheduler scheduler) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => scheduler.Now;
    }
}
