using System.Text;
using Akka.Actor;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Coordination;

public sealed class SweepCoordinatorSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    [Fact]
    public async Task A_slot_that_asks_is_given_the_oldest_sweeps_first_trial()
    {
        var coordinator = await CoordinatorWith("first", "second");
        var granted = await Ask(coordinator, slot: 1);
        Assert.Equal(("first", 1, 1), (granted.Sweep, granted.Lease.Trial, granted.Lease.Attempt));
        Assert.Equal("digits", granted.Spec.Dataset);
        // The first sweep has nothing more to give: the second one is asked.
        Assert.Equal("second", (await Ask(coordinator, slot: 2)).Sweep);
    }

    [Fact]
    public async Task A_request_that_is_repeated_is_given_the_same_lease()
    {
        var coordinator = await CoordinatorWith("first", "second");
        var first = await Ask(coordinator, slot: 1);
        // The coordinator may not have heard yet that its first offer was taken.
        var again = await AskUntilGranted(coordinator, slot: 1);
        Assert.Equal((first.Sweep, first.Lease), (again.Sweep, again.Lease));
    }

    /// <summary>The sweep that was offered the slot failed to write its journal just then, and began anew.</summary>
    [Fact]
    public async Task A_slot_whose_offer_was_lost_is_offered_again()
    {
        var sweeps = CreateTestProbe();
        var coordinator = Sys.ActorOf(SweepCoordinator.Props(_ => Props.Create(() => new Silent(sweeps)), Membership, Metrics));
        coordinator.Tell(new SweepProtocol.Submit(Spec(1, "only"), "file"), TestActor);
        await sweeps.ExpectMsgAsync<SweepProtocol.Submit>(cancellationToken: Cancel);
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        await sweeps.ExpectMsgAsync<Offer>(cancellationToken: Cancel);
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        await sweeps.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200), Cancel);
        Scheduler.Advance(SweepCoordinator.OfferHolds);
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        await sweeps.ExpectMsgAsync<Offer>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_sweep_that_is_over_is_asked_for_nothing_until_it_runs_again()
    {
        var sweeps = CreateTestProbe();
        var coordinator = Sys.ActorOf(SweepCoordinator.Props(_ => Props.Create(() => new Silent(sweeps)), Membership, Metrics));
        foreach (var name in new[] { "first", "second" })
        {
            coordinator.Tell(new SweepProtocol.Submit(Spec(1, name), "file"), TestActor);
            await sweeps.ExpectMsgAsync<SweepProtocol.Submit>(cancellationToken: Cancel);
        }

        var runs = JournalReader.Replay(
            SweepDecider.Decide(null, new SubmitSweep(Spec(1, "first"), "file"), DateTimeOffset.UnixEpoch).Events
        )!;
        var over = JournalReader.Replay([
            new SweepSubmitted(runs.Spec, "file") { At = DateTimeOffset.UnixEpoch },
            new SweepEnded(SweepStatus.Stopped) { At = DateTimeOffset.UnixEpoch },
        ])!;
        Assert.Equal(0, await Turn(1));
        Sys.EventStream.Publish(new SweepProtocol.SweepChanged(over));
        Assert.Equal(1, await Turn(2));
        Sys.EventStream.Publish(new SweepProtocol.SweepChanged(runs));
        Assert.Equal(0, await Turn(3));

        async Task<int> Turn(int slot)
        {
            coordinator.Tell(new RequestWork(Node, slot, WorkKind.Training, Cores, Cores), TestActor);
            return (await sweeps.ExpectMsgAsync<Offer>(cancellationToken: Cancel)).Turn;
        }
    }

    sealed class Silent : ReceiveActor
    {
        public Silent(IActorRef heard) => ReceiveAny(message => heard.Tell(message));
    }

    [Fact]
    public async Task A_report_is_confirmed_once_kept_and_a_stale_one_refused()
    {
        var coordinator = await CoordinatorWith("only");
        var granted = await Ask(coordinator, slot: 1);
        coordinator.Tell(new WorkProtocol.ReportEpoch("only", granted.Lease.Token, 1, Epoch(1)), TestActor);
        Assert.Equal(new ReportAccepted(granted.Lease.Token, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        coordinator.Tell(new WorkProtocol.ReportEpoch("only", granted.Lease.Token + 7, 1, Epoch(1)), TestActor);
        Assert.Equal(granted.Lease.Token + 7, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        coordinator.Tell(new RenewLease("only", granted.Lease.Token + 7), TestActor);
        Assert.Equal(granted.Lease.Token + 7, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        coordinator.Tell(new WorkProtocol.ReportEpoch("nobody", 1, 1, Epoch(1)), TestActor);
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
        coordinator.Tell(new RenewLease("nobody", 1), TestActor);
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Reports_that_come_together_are_taken_in_order_and_confirmed_once()
    {
        var coordinator = await CoordinatorWith("only");
        var token = (await Ask(coordinator, slot: 1)).Lease.Token;
        var epoch = new WorkProtocol.ReportEpoch("only", token, 1, Epoch(1));
        var final = new WorkProtocol.ReportCheckpoint("only", token, 2, Checkpoint(1, final: true));
        coordinator.Tell(epoch, TestActor);
        Assert.Equal(new ReportAccepted(token, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        // The first one is known.
        coordinator.Tell(Reports.Of([epoch, final]), TestActor);
        Assert.Equal(new ReportAccepted(token, 2), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        var end = new WorkProtocol.EndLease("only", token, 4, new AttemptEnd(AttemptCause.Done), null);
        var last = Reports.Of([new WorkProtocol.ReportEpoch("only", token, 3, Epoch(2)), end]);
        coordinator.Tell(last, TestActor);
        var trial = (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.Trial(1);
        Assert.Equal((2, TrialStatus.Completed), (trial.Epochs, trial.Status));
        Assert.Equal(new ReportAccepted(token, 4), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        coordinator.Tell(last, TestActor);
        Assert.Equal(token, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
    }

    [Fact]
    public async Task What_comes_before_a_refused_report_is_kept()
    {
        var coordinator = await CoordinatorWith("only");
        var token = (await Ask(coordinator, slot: 1)).Lease.Token;
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        coordinator.Tell(
            new Reports(
                "only",
                token,
                null,
                null,
                [new("only", token, 1, Epoch(1)), new("only", token + 7, 2, Epoch(2)), new("only", token, 3, Epoch(3))],
                [],
                null
            ),
            TestActor
        );
        Assert.Equal(1, (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.Trial(1).Epochs);
        Assert.Equal(token, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        coordinator.Tell(new RenewLease("only", token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_is_given_to_another_slot_and_the_late_report_refused()
    {
        var coordinator = await CoordinatorWith("only");
        var silent = await Ask(coordinator, slot: 1);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        coordinator.Tell(new RenewLease("only", silent.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        coordinator.Tell(new WorkProtocol.ReportEpoch("only", silent.Lease.Token, 1, Epoch(1)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        coordinator.Tell(new RequestWork(Node, 2, WorkKind.Training, Cores, Cores), TestActor);
        coordinator.Tell(new RenewLease("only", silent.Lease.Token + 7), TestActor);
        // The answer to what came later is the first to arrive: the request found nothing.
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        var next = await AskUntilGranted(coordinator, slot: 2);
        Assert.Equal((2, 2), (next.Lease.Attempt, next.Lease.Slot));
        coordinator.Tell(new WorkProtocol.EndLease("only", silent.Lease.Token, 1, new AttemptEnd(AttemptCause.Done), null), TestActor);
        Assert.Equal(silent.Lease.Token, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
    }

    [Fact]
    public async Task A_lease_that_is_never_renewed_runs_out_too_also_where_the_coordinator_restarts_meanwhile()
    {
        var coordinator = await CoordinatorWith("only");
        await Ask(coordinator, slot: 1);
        Scheduler.Advance(Lease);
        var second = await AskUntilGranted(coordinator, slot: 2);
        Assert.Equal(2, second.Lease.Attempt);

        await Stop(coordinator);
        var restarted = StartCoordinator();
        restarted.Tell(new RenewLease("only", second.Lease.Token + 7), TestActor);
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
        Scheduler.Advance(Lease);
        Assert.Equal(3, (await AskUntilGranted(restarted, slot: 3)).Lease.Attempt);
    }

    [Fact]
    public async Task A_grant_carries_what_its_trial_needs()
    {
        var coordinator = StartCoordinator();
        coordinator.Tell(new SweepProtocol.Submit(Spec(2, "only"), "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        var (first, second) = (await Ask(coordinator, slot: 1), await Ask(coordinator, slot: 2));
        Assert.NotEqual(first.Spec.Seed, second.Spec.Seed);

        coordinator.Tell(new WorkProtocol.EndLease("only", first.Lease.Token, 1, new AttemptEnd(AttemptCause.Divergence), null), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        Assert.Equal((0, 1), (first.Stream, (await Ask(coordinator, slot: 1)).Stream));

        coordinator.Tell(new WorkProtocol.ReportCheckpoint("only", second.Lease.Token, 1, Checkpoint(3, final: true)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        coordinator.Tell(new WorkProtocol.EndLease("only", second.Lease.Token, 2, new AttemptEnd(AttemptCause.Done), null), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        Assert.Equal((null, "/checkpoints/3"), (second.Checkpoint, (await Ask(coordinator, slot: 3, WorkKind.Evaluation)).Checkpoint));
    }

    [Fact]
    public async Task What_ran_on_a_node_that_is_gone_goes_on_elsewhere_at_once()
    {
        var coordinator = await CoordinatorWith("only");
        await Ask(coordinator, slot: 1);
        Membership.Join("127.0.0.1:2#2");
        Membership.Lose(Node);
        var next = await AskUntilGranted(coordinator, slot: 1, node: "127.0.0.1:2#2");
        Assert.Equal(2, next.Lease.Attempt);
    }

    [Fact]
    public async Task A_coordinator_that_restarts_knows_its_sweeps_and_gives_up_the_leases_of_nodes_that_are_gone()
    {
        var coordinator = await CoordinatorWith("only");
        var before = await Ask(coordinator, slot: 1);
        coordinator.Tell(new WorkProtocol.ReportCheckpoint("only", before.Lease.Token, 1, Checkpoint(3, final: false)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        await Stop(coordinator);
        Membership.Lose(Node);
        Membership.Join("127.0.0.1:2#2");

        var after = await AskUntilGranted(StartCoordinator(), slot: 1, node: "127.0.0.1:2#2");
        Assert.Equal(("only", 1, 2), (after.Sweep, after.Lease.Trial, after.Lease.Attempt));
    }

    [Fact]
    public async Task A_coordinator_that_restarts_keeps_the_leases_of_nodes_that_are_there()
    {
        var coordinator = await CoordinatorWith("only");
        var before = await Ask(coordinator, slot: 1);
        await Stop(coordinator);
        var restarted = StartCoordinator();
        restarted.Tell(new WorkProtocol.ReportEpoch("only", before.Lease.Token, 1, Epoch(1)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        // Had it been given up, it would be by now.
        restarted.Tell(new RenewLease("only", before.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Another_spec_under_a_name_that_is_taken_is_refused_with_the_difference()
    {
        var coordinator = await CoordinatorWith("only");
        coordinator.Tell(new SweepProtocol.Submit(Spec(2, "only"), ""), TestActor);
        var refused = await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel);
        Assert.Contains("replicate", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coordinator_for_one_sweep_leaves_the_others_alone()
    {
        await Stop(await CoordinatorWith("first", "second"));
        Assert.Equal("second", (await AskUntilGranted(StartCoordinator(only: "second"), slot: 1)).Sweep);
    }

    [Fact]
    public async Task A_stop_grants_nothing_further()
    {
        var coordinator = await CoordinatorWith("only");
        coordinator.Tell(new SweepProtocol.Stop("only"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        coordinator.Tell(new RenewLease("only", 7), TestActor);
        // The sweep's answer to what came later is the first to arrive: the request found nothing.
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
        coordinator.Tell(new SweepProtocol.Stop("nobody"), TestActor);
        Assert.Equal("nobody", (await ExpectMsgAsync<SweepProtocol.NotFound>(cancellationToken: Cancel)).Sweep);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slot_that_trains_hears_of_a_pause_or_stop_with_its_next_answer(bool pauses)
    {
        var coordinator = await CoordinatorWith("only");
        var granted = await Ask(coordinator, slot: 1);
        coordinator.Tell(new RenewLease("only", granted.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        await AskVerb(coordinator, pauses ? new SweepProtocol.Pause("only") : new SweepProtocol.Stop("only"));

        coordinator.Tell(new RenewLease("only", granted.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        Assert.Equal(granted.Lease.Token, (await ExpectMsgAsync<LeaseRecalled>(cancellationToken: Cancel)).Token);
        coordinator.Tell(new WorkProtocol.ReportEpoch("only", granted.Lease.Token, 1, Epoch(1)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        await ExpectMsgAsync<LeaseRecalled>(cancellationToken: Cancel);
        // What left is recalled no more.
        coordinator.Tell(
            new WorkProtocol.EndLease("only", granted.Lease.Token, 2, new AttemptEnd(AttemptCause.Interrupted), null),
            TestActor
        );
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
    }

    [Fact]
    public async Task An_evaluation_goes_on_while_its_sweep_is_paused()
    {
        var coordinator = await CoordinatorWith("only");
        var trained = await Ask(coordinator, slot: 1);
        coordinator.Tell(new WorkProtocol.ReportCheckpoint("only", trained.Lease.Token, 1, Checkpoint(3, final: true)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        coordinator.Tell(new WorkProtocol.EndLease("only", trained.Lease.Token, 2, new AttemptEnd(AttemptCause.Done), null), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        await AskVerb(coordinator, new SweepProtocol.Pause("only"));
        var evaluation = await Ask(coordinator, slot: 2, WorkKind.Evaluation);
        coordinator.Tell(new RenewLease("only", evaluation.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
    }

    [Fact]
    public async Task A_paused_sweep_leaves_its_slots_to_the_next_one_until_it_is_resumed_also_by_a_coordinator_that_restarts()
    {
        var coordinator = await CoordinatorWith("first", "second");
        await AskVerb(coordinator, new SweepProtocol.Pause("first"));
        Assert.Equal("second", (await Ask(coordinator, slot: 1)).Sweep);
        await Stop(coordinator);
        var restarted = StartCoordinator();
        restarted.Tell(new RequestWork(Node, 2, WorkKind.Training, Cores, Cores), TestActor);
        await AskVerb(restarted, new SweepProtocol.Resume("first"));
        Assert.Equal("first", (await AskUntilGranted(restarted, slot: 2)).Sweep);
    }

    [Fact]
    public async Task What_the_first_attempt_has_loaded_is_what_every_other_one_is_told_to_expect()
    {
        var coordinator = await CoordinatorWith("only");
        coordinator.Tell(new SweepProtocol.Submit(Spec(3, "three"), "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        await Ask(coordinator, slot: 9);
        var (first, second) = (await Ask(coordinator, slot: 1), await Ask(coordinator, slot: 2));
        coordinator.Tell(new WorkProtocol.ReportDataset("three", first.Lease.Token, 1, "d1"), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        coordinator.Tell(new WorkProtocol.ReportDataset("three", second.Lease.Token, 1, "d2"), TestActor);
        Assert.Equal(second.Lease.Token, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        coordinator.Tell(new SweepProtocol.Submit(Spec(3, "three"), "file", "d2"), TestActor);
        Assert.Contains(
            "the sweep's is d1",
            (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason,
            StringComparison.Ordinal
        );

        // The one that had other data, on the same node, made the sweep pause itself.
        await AskVerb(coordinator, new SweepProtocol.Resume("three"));
        coordinator.Tell(new RequestWork(Node, 3, WorkKind.Training, Cores, Cores), TestActor);
        Assert.Equal("d1", (await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel)).DatasetSha256);
    }

    [Fact]
    public async Task A_sweep_that_cannot_begin_takes_no_name()
    {
        var coordinator = await CoordinatorWith();
        coordinator.Tell(new SweepProtocol.Submit(Spec(1, "only") with { Dataset = "idx:data" }, "file"), TestActor);
        Assert.Contains(
            "idx:data is relative",
            (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason,
            StringComparison.Ordinal
        );
        coordinator.Tell(new SweepProtocol.Describe("only"), TestActor);
        Assert.Equal("only", (await ExpectMsgAsync<SweepProtocol.NotFound>(cancellationToken: Cancel)).Sweep);
    }

    [Fact]
    public async Task A_sweep_whose_search_wants_to_know_one_that_is_not_there_is_refused_and_takes_no_name()
    {
        using var folder = new TemporaryFolder();
        var journal = new JournalReader(new SqliteJournal(new DataFolder(folder.Path)));
        var coordinator = Sys.ActorOf(SweepCoordinator.Props(SweepProps, Membership, Metrics, journal: journal));
        var spec = Orchestrator.Sweeps.SweepFiles.SweepFile.Parse(
            """
            name: only
            dataset: digits
            search: { algorithm: tpe, trials: 3, prior: [gone] }
            parameters: { training.learning_rate: { log_uniform: [1e-4, 1e-2] } }
            """,
            "x.yaml"
        );
        coordinator.Tell(new SweepProtocol.Submit(spec, "file"), TestActor);
        Assert.Equal(
            "search.prior: there is no sweep named 'gone' in this journal",
            (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason
        );
        coordinator.Tell(new SweepProtocol.Describe("only"), TestActor);
        await ExpectMsgAsync<SweepProtocol.NotFound>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_sweep_that_pauses_itself_publishes_why()
    {
        var coordinator = await CoordinatorWith("only");
        var granted = await Ask(coordinator, slot: 1);
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        coordinator.Tell(
            new WorkProtocol.EndLease("only", granted.Lease.Token, 1, new AttemptEnd(AttemptCause.Data, "no folder /data"), null),
            ActorRefs.NoSender
        );
        var state = (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State;
        Assert.Equal(
            (SweepStatus.Paused, "no folder /data", 1),
            (state.Status, state.PausedBecause?.Message, state.Count(TrialStatus.Pending))
        );
    }

    [Fact]
    public async Task A_retry_runs_a_sweep_again_that_was_over()
    {
        var coordinator = await CoordinatorWith("only");
        var granted = await Ask(coordinator, slot: 1);
        coordinator.Tell(new WorkProtocol.EndLease("only", granted.Lease.Token, 1, new AttemptEnd(AttemptCause.BadSpec), null), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        coordinator.Tell(new SweepProtocol.Retry("only", [7]), TestActor);
        Assert.Contains(
            "no trial 0007",
            (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason,
            StringComparison.Ordinal
        );
        await AskVerb(coordinator, new SweepProtocol.Retry("only", [1]));
        Assert.Equal(2, (await AskUntilGranted(coordinator, slot: 1)).Lease.Attempt);
    }

    async Task AskVerb(IActorRef coordinator, SweepProtocol.ISweepRequest verb)
    {
        coordinator.Tell(verb, TestActor);
        Assert.Equal(verb.Sweep, (await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel)).Sweep);
    }

    [Fact]
    public async Task A_node_that_is_not_of_the_cluster_is_given_nothing()
    {
        var coordinator = await CoordinatorWith("only");
        coordinator.Tell(new RequestWork("127.0.0.1:9#9", 1, WorkKind.Training, Cores, Cores), TestActor);
        coordinator.Tell(new RenewLease("only", 1), TestActor);
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task What_happens_is_counted_and_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        var coordinator = StartCoordinator();
        coordinator.Tell(new SweepProtocol.Submit(Spec(1, "only"), "file"), ActorRefs.NoSender);
        Assert.Equal(1, (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.Count(TrialStatus.Pending));
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), ActorRefs.NoSender);
        Assert.Equal(1, (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.Count(TrialStatus.Running));
        coordinator.Tell(new WorkProtocol.EndLease("only", 1, 1, new AttemptEnd(AttemptCause.BadSpec), null), ActorRefs.NoSender);
        Assert.Equal(SweepStatus.Failed, (await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.Status);

        using var stream = new MemoryStream();
        await Metrics.Registry.CollectAndExportAsTextAsync(stream, Cancel);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.Contains("orchestrator_trials{state=\"failed\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_attempts_total{kind=\"training\",outcome=\"bad_spec\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slots_that_have_asked_are_described_until_their_node_is_gone()
    {
        var coordinator = await CoordinatorWith();
        coordinator.Tell(new RequestWork(Node, 2, WorkKind.Evaluation, Cores, Cores), TestActor);
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        coordinator.Tell(new RequestWork("127.0.0.1:9#9", 1, WorkKind.Training, Cores, Cores), TestActor);
        var description = await Describe();
        Assert.Equal(Membership.Self, description.Coordinator);
        // Not the one whose node is no member: it may be gone for good.
        Assert.Equal(
            [new NodeProtocol.SlotSeen(Node, 1, WorkKind.Training), new NodeProtocol.SlotSeen(Node, 2, WorkKind.Evaluation)],
            description.Slots
        );
        Membership.Lose(Node);
        Assert.Empty((await Describe()).Slots);

        async Task<NodeProtocol.NodesDescription> Describe()
        {
            coordinator.Tell(new NodeProtocol.DescribeNodes(), TestActor);
            return await ExpectMsgAsync<NodeProtocol.NodesDescription>(cancellationToken: Cancel);
        }
    }

    [Fact]
    public async Task A_sweep_whose_needs_do_not_fit_the_slot_leaves_it_to_the_next_one()
    {
        var coordinator = StartCoordinator();
        await Submit(coordinator, Spec(2, "on-gpu", "resources: { device: cuda, gpu_fraction: 0.5 }"));
        await Submit(coordinator, Spec(2, "on-cpu", "resources: { device: cpu }"));
        Assert.Equal("on-cpu", (await Ask(coordinator, slot: 1)).Sweep);
        var half = new SlotResources(0, 0.5, 40L << 30);
        coordinator.Tell(new RequestWork(Node, 2, WorkKind.Training, half with { Share = 0.4 }, half), TestActor);
        coordinator.Tell(new RequestWork(Node, 3, WorkKind.Training, half, half), TestActor);
        var granted = await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel);
        Assert.Equal(("on-gpu", 3, 0.5), (granted.Sweep, granted.Lease.Slot, granted.Resources.GpuFraction));
    }

    [Fact]
    public async Task Why_no_slot_can_hold_a_trial_is_said_until_one_can()
    {
        var coordinator = StartCoordinator();
        await Submit(coordinator, Spec(1, "only", "resources: { device: cuda }"));
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        // It is answered after the request has been seen.
        coordinator.Tell(new NodeProtocol.DescribeNodes(), TestActor);
        await ExpectMsgAsync<NodeProtocol.NodesDescription>(cancellationToken: Cancel);
        await EventFilter
            .Warning(contains: "sweep only waits: trials need a GPU")
            .ExpectOneAsync(
                async () =>
                {
                    Scheduler.Advance(SweepCoordinator.LookAround);
                    var waits = await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel);
                    Assert.StartsWith("trials need a GPU", waits.State.WaitsBecause, StringComparison.Ordinal);
                    Scheduler.Advance(SweepCoordinator.LookAround);
                    var gpu = new SlotResources(0, 1, null);
                    coordinator.Tell(new RequestWork(Node, 2, WorkKind.Training, gpu, gpu), TestActor);
                    Assert.Null((await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.WaitsBecause);
                },
                Cancel
            );
    }

    [Fact]
    public async Task Slots_that_ask_at_once_are_shared_by_weight()
    {
        var coordinator = StartCoordinator();
        await Submit(coordinator, Spec(9, "light"));
        await Submit(coordinator, Spec(9, "heavy", "share: { weight: 2 }"));
        for (var slot = 1; slot <= 6; slot++)
            coordinator.Tell(new RequestWork(Node, slot, WorkKind.Training, Cores, Cores), TestActor);
        var granted = new List<string>();
        for (var slot = 1; slot <= 6; slot++)
            granted.Add((await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel)).Sweep);
        Assert.Equal((2, 4), (granted.Count(name => name == "light"), granted.Count(name => name == "heavy")));
    }

    [Fact]
    public async Task A_trial_leaves_its_slot_to_a_sweep_of_a_higher_priority_which_is_given_it()
    {
        var coordinator = StartCoordinator();
        await Submit(coordinator, Spec(2, "low"));
        var first = await Ask(coordinator, slot: 1);
        var second = await Ask(coordinator, slot: 2);
        await Submit(coordinator, Spec(1, "high", "share: { priority: 1 }"));
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        Scheduler.Advance(SweepCoordinator.LookForWaiting);
        await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel);
        Sys.EventStream.Unsubscribe(TestActor);

        coordinator.Tell(new RenewLease("low", first.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        coordinator.Tell(new RenewLease("low", second.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        // The newest attempt, and no other one.
        Assert.Equal(second.Lease.Token, (await ExpectMsgAsync<LeaseRecalled>(cancellationToken: Cancel)).Token);
        coordinator.Tell(
            new WorkProtocol.EndLease("low", second.Lease.Token, 1, new AttemptEnd(AttemptCause.Interrupted, "left"), null),
            TestActor
        );
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        var urgent = await Ask(coordinator, slot: 2);
        Assert.Equal("high", urgent.Sweep);
        coordinator.Tell(new WorkProtocol.EndLease("high", urgent.Lease.Token, 1, new AttemptEnd(AttemptCause.BadSpec), null), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        var again = await AskUntilGranted(coordinator, slot: 2);
        Assert.Equal(("low", 2, 2), (again.Sweep, again.Lease.Trial, again.Lease.Attempt));
    }

    [Fact]
    public async Task Nobody_leaves_a_slot_that_the_sweep_that_waits_declined_a_short_while_ago()
    {
        var coordinator = StartCoordinator();
        await Submit(coordinator, Spec(2, "high", "share: { priority: 1 }"));
        var (large, small) = (new SlotResources(0, 1, 80L << 30), new SlotResources(1, 1, 10L << 30));
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, large, large), TestActor);
        var token = (await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel)).Lease.Token;
        coordinator.Tell(new WorkProtocol.ReportMemory("high", token, 1, new PeakMemory(PeakMemory.Cuda, 40L << 30)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        await Submit(coordinator, Spec(1, "low"));
        coordinator.Tell(new RequestWork(Node, 2, WorkKind.Training, small, small), TestActor);
        var held = await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel);
        Assert.Equal("low", held.Sweep);

        var step = Lease / 2;
        for (var waited = step; waited < SweepCoordinator.DeclineHolds; waited += step)
        {
            Scheduler.Advance(step);
            await Renew();
        }

        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
        // It may fit by now.
        Scheduler.Advance(step);
        await Renew();
        Assert.Equal(held.Lease.Token, (await ExpectMsgAsync<LeaseRecalled>(cancellationToken: Cancel)).Token);

        async Task Renew()
        {
            // What the coordinator has told the sweep comes first.
            coordinator.Tell(new NodeProtocol.DescribeNodes(), TestActor);
            await ExpectMsgAsync<NodeProtocol.NodesDescription>(cancellationToken: Cancel);
            coordinator.Tell(new RenewLease("low", held.Lease.Token), TestActor);
            await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        }
    }

    [Fact]
    public async Task What_a_sweep_may_have_is_changed_while_it_runs()
    {
        var coordinator = await CoordinatorWith("first", "second");
        await AskVerb(coordinator, new SweepProtocol.Set("second", SweepShare.Default.Values.SetItem("priority", "3")));
        Assert.Equal("second", (await Ask(coordinator, slot: 1)).Sweep);
    }

    async Task Submit(IActorRef coordinator, SweepSpec spec)
    {
        coordinator.Tell(new SweepProtocol.Submit(spec, "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
    }

    async Task<IActorRef> CoordinatorWith(params string[] sweeps)
    {
        var coordinator = StartCoordinator();
        foreach (var sweep in sweeps)
        {
            coordinator.Tell(new SweepProtocol.Submit(Spec(1, sweep), "file"), TestActor);
            Assert.Equal(sweep, (await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel)).Sweep);
        }

        return coordinator;
    }

    async Task<WorkGranted> Ask(IActorRef coordinator, int slot, WorkKind kind = WorkKind.Training)
    {
        coordinator.Tell(new RequestWork(Node, slot, kind, Cores, Cores), TestActor);
        return await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel);
    }

    /// <summary>Asks as a slot does, again and again: what frees the trial may still be on its way.</summary>
    async Task<WorkGranted> AskUntilGranted(IActorRef coordinator, int slot, string node = Node)
    {
        WorkGranted? granted = null;
        await AwaitAssertAsync(
            async () =>
            {
                coordinator.Tell(new RequestWork(node, slot, WorkKind.Training, Cores, Cores), TestActor);
                granted = await ExpectMsgAsync<WorkGranted>(TimeSpan.FromMilliseconds(100), cancellationToken: Cancel);
            },
            cancellationToken: Cancel
        );
        return granted!;
    }

    async Task Stop(IActorRef actor)
    {
        await WatchAsync(actor);
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor, cancellationToken: Cancel);
    }
}
