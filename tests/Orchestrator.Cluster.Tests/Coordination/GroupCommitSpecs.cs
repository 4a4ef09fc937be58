using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Tests.Metrics;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Coordination;

/// <summary>What arrives while the journal writes is written together, and told to nobody before.</summary>
public sealed class GroupCommitSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider)
    {
        base.ConfigureAkka(builder, provider);
        builder.AddHocon(GatedJournal.Hocon, HoconAddMode.Prepend);
    }

    [Fact]
    public async Task What_arrives_during_a_write_is_written_by_the_next_one_and_answered_in_order()
    {
        var coordinator = await Begin(leases: 4);
        await Hold();
        Tell(Report(1));
        await Decided(1, "report_epoch");
        Tell(Report(2), Report(3), new RenewLease("only", 1));
        Tell(new WorkProtocol.EndLease("only", 4, 1, new AttemptEnd(AttemptCause.Crash), null), new RenewLease("only", 4), Report(4));
        await Decided(4, "report_epoch");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);

        GatedJournal.Of(Sys).Tell(new GatedJournal.Release(IsKept: true));
        Assert.Equal(new ReportAccepted(1, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        Assert.Equal(new ReportAccepted(2, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        Assert.Equal(new ReportAccepted(3, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        Assert.Equal(new LeaseRenewed(1), await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel));
        Assert.Equal(new ReportAccepted(4, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        Assert.Equal(4, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        Assert.Equal(4, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        // The first report alone; then both others, the end of the fourth lease and all that only waited for them.
        Assert.Equal([1, 3], await Writes());

        void Tell(params IProtocolMessage[] messages)
        {
            foreach (var message in messages)
                coordinator.Tell(message, TestActor);
        }
    }

    [Fact]
    public async Task Nothing_is_published_or_granted_before_it_is_kept()
    {
        var coordinator = await Begin(leases: 1);
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        await Hold();
        coordinator.Tell(new RequestWork(Node, 2, WorkKind.Training, Cores, Cores), TestActor);
        await Decided(2, "grant_lease");
        // Repeated, it is the same lease, which is not kept yet either.
        coordinator.Tell(new SweepProtocol.Describe("only"), TestActor);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
        GatedJournal.Of(Sys).Tell(new GatedJournal.Release(IsKept: true));
        var published = (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State;
        Assert.Equal(2, published.Leases.Count);
        Assert.Equal(2, (await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel)).Lease.Token);
        Assert.Equal(
            Cluster.Journal.StateDigest.Of(published),
            (await ExpectMsgAsync<SweepProtocol.Description>(cancellationToken: Cancel)).Digest
        );
    }

    [Fact]
    public async Task A_write_that_fails_leaves_no_trace_of_itself_nor_of_what_was_decided_upon_it()
    {
        var coordinator = await Begin(leases: 3);
        var before = await Describe(coordinator);
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        var failures = CreateTestProbe();
        Sys.EventStream.Subscribe(failures, typeof(TroubleProtocol.JournalFailed));
        await Hold();
        coordinator.Tell(Report(1), TestActor);
        await Decided(1, "report_epoch");
        coordinator.Tell(Report(2), TestActor);
        coordinator.Tell(Report(1, sequence: 2), TestActor);
        coordinator.Tell(new WorkProtocol.EndLease("only", 3, 1, new AttemptEnd(AttemptCause.Crash), null), TestActor);
        coordinator.Tell(new RenewLease("only", 3), TestActor);
        coordinator.Tell(new SweepProtocol.Pause("only"), TestActor);
        await Decided(1, "pause_sweep");

        GatedJournal.Of(Sys).Tell(new GatedJournal.Release(IsKept: false));
        await failures.ExpectMsgAsync<TroubleProtocol.JournalFailed>(cancellationToken: Cancel);
        Assert.Equal([1], await Writes());
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
        Sys.EventStream.Unsubscribe(TestActor, typeof(SweepProtocol.SweepChanged));

        // It begins again from the journal, in which nothing of all that is.
        Assert.Equal(before, await Describe(coordinator));
        coordinator.Tell(Report(1), TestActor);
        Assert.Equal(new ReportAccepted(1, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        coordinator.Tell(new RenewLease("only", 3), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
    }

    static WorkProtocol.ReportEpoch Report(long token, long sequence = 1) => new("only", token, sequence, Epoch((int)sequence));

    async Task<IActorRef> Begin(int leases)
    {
        var coordinator = StartCoordinator();
        coordinator.Tell(new SweepProtocol.Submit(Spec(4, "only"), "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        for (var slot = 1; slot <= leases; slot++)
        {
            coordinator.Tell(new RequestWork(Node, slot, WorkKind.Training, Cores, Cores), TestActor);
            await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel);
        }

        return coordinator;
    }

    async Task Hold() => await GatedJournal.Of(Sys).Ask<GatedJournal.Done>(new GatedJournal.Hold(), cancellationToken: Cancel);

    Task<ImmutableList<int>> Writes() => GatedJournal.Of(Sys).Ask<ImmutableList<int>>(new GatedJournal.Open(), cancellationToken: Cancel);

    /// <summary>So many commands of a kind were decided since the beginning.</summary>
    Task Decided(int count, string command) =>
        AwaitAssertAsync(
            async () =>
            {
                var decided = 0.0;
                foreach (var result in new[] { "accepted", "refused" })
                {
                    var series = $"orchestrator_decisions_total{{command=\"{command}\",result=\"{result}\"}}";
                    decided += await Exported.Value(Metrics, series) ?? 0;
                }

                Assert.Equal(count, decided);
            },
            cancellationToken: Cancel
        );

    /// <summary>Asks again while the sweep begins anew.</summary>
    async Task<SweepProtocol.Description> Describe(IActorRef coordinator)
    {
        SweepProtocol.Description? description = null;
        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(1));
                description = await coordinator.Ask<SweepProtocol.Description>(
                    new SweepProtocol.Describe("only"),
                    TimeSpan.FromMilliseconds(500),
                    Cancel
                );
            },
            TimeSpan.FromSeconds(20),
            cancellationToken: Cancel
        );
        return description!;
    }
}
