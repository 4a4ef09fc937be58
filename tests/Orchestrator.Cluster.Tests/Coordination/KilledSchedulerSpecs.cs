using Akka.Actor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Coordination;

/// <summary>A coordinator that is killed after every answer gives the leases, in the same order and to the same trials, that the pure
/// domain gives where nobody is killed.</summary>
public sealed class KilledSchedulerSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    const string Name = "scheduled";
    const int Slots = 3;

    readonly string yaml = $$"""
        name: {{Name}}
        dataset: digits
        search: { algorithm: tpe, trials: 40 }
        parameters: { training.learning_rate: { log_uniform: [1e-4, 1e-2] } }
        scheduler: { algorithm: asha, max_epochs: 9 }
        evaluation: { when: best 1 }
        """;

    [Fact]
    public async Task The_coordinator_is_killed_after_every_answer_and_decides_the_same()
    {
        var submit = new SubmitSweep(SweepFile.Parse(yaml, "x.yaml"), yaml);
        var sweep = Decide(null, submit);
        var coordinator = StartCoordinator(Name);
        coordinator.Tell(new SweepProtocol.Submit(submit.Spec, yaml), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        var (held, sequences, events) = (new Lease?[Slots], new long[Slots], 0);
        while (sweep.OpenTrials > sweep.PendingEvaluations.Count)
        {
            for (var slot = 0; slot < Slots; slot++)
            {
                await Stop(coordinator);
                coordinator = StartCoordinator(Name);
                var before = sweep;
                if (held[slot] is not { } lease)
                {
                    sweep = Decide(sweep, new GrantLease(Node, slot, WorkKind.Training));
                    held[slot] = sweep.LastToken > before.LastToken ? sweep.Leases[sweep.LastToken].Lease : null;
                    sequences[slot] = 0;
                    if (held[slot] is not { } expected)
                        continue;
                    coordinator.Tell(new RequestWork(Node, slot, WorkKind.Training, Cores, Cores), TestActor);
                    var granted = await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel);
                    Assert.Equal((expected.Trial, expected.Token), (granted.Lease.Trial, granted.Lease.Token));
                    Assert.Equal(
                        sweep.Trial(expected.Trial).Parameters["training.learning_rate"],
                        granted.Spec.Settings.Values["training.learning_rate"]
                    );
                }
                else
                {
                    var report = Next(before, lease, ++sequences[slot]);
                    sweep = Decide(sweep, report.ToCommand());
                    coordinator.Tell(report, TestActor);
                    await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
                    if (report is WorkProtocol.EndLease)
                        held[slot] = null;
                }

                events++;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"killed {events} times");
        Assert.True(events > 200, $"{events} events");
        Assert.Single(sweep.PendingEvaluations);
    }

    /// <summary>What the slot has to tell next: an epoch, its checkpoint, or that it got where it was to train to.</summary>
    static WorkReport Next(SweepState sweep, Lease lease, long sequence)
    {
        var trial = sweep.Trial(lease.Trial);
        if (trial.Epochs > 0 && trial.Checkpoint?.Epoch != trial.Epochs)
        {
            var isLast = trial.Epochs == Ladders.TrialEpochs(sweep.Spec, trial);
            return new WorkProtocol.ReportCheckpoint(Name, lease.Token, sequence, Checkpoint(trial.Epochs, isLast));
        }

        if (trial.Epochs == Ladders.Milestone(sweep, trial))
            return new WorkProtocol.EndLease(Name, lease.Token, sequence, new AttemptEnd(AttemptCause.Done), null);
        var bits = Orchestrator.Sweeps.Seed.Derive(lease.Trial, "bits") % 1000 / 1000.0 - trial.Epochs / 1000.0;
        return new WorkProtocol.ReportEpoch(Name, lease.Token, sequence, Epoch(trial.Epochs + 1) with { ValidationBitsPerDim = bits });
    }

    static SweepState Decide(SweepState? state, SweepCommand command)
    {
        var decision = SweepDecider.Decide(state, command, DateTimeOffset.UnixEpoch);
        Assert.Null(decision.Refusal);
        return decision.Events.Aggregate(state, SweepState.Apply)!;
    }

    async Task Stop(IActorRef actor)
    {
        await WatchAsync(actor);
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor, cancellationToken: Cancel);
    }
}
