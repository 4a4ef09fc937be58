using Akka.Actor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Workers;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Workers;

public sealed class IdleGuardSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10),
        Moment = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_node_that_never_had_work_leaves()
    {
        await Watch();
        Scheduler.Advance(Patience - Moment);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Scheduler.Advance(Moment);
        await ExpectMsgAsync("leave", cancellationToken: Cancel);
    }

    [Fact]
    public async Task Work_in_any_slot_keeps_it_and_the_time_begins_again_with_the_last_ones_end()
    {
        var guard = await Watch();
        Say(guard, 1, works: true);
        Say(guard, 2, works: true);
        Say(guard, 1, works: true);
        await Heard(guard);
        Scheduler.Advance(Patience + Patience);
        Say(guard, 1, works: false);
        await Heard(guard);
        Scheduler.Advance(Patience);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Say(guard, 2, works: false);
        await Heard(guard);
        Scheduler.Advance(Patience - Moment);
        // A slot that says again that it is free is no less idle for it.
        Say(guard, 2, works: false);
        await Heard(guard);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Scheduler.Advance(Moment);
        await ExpectMsgAsync("leave", cancellationToken: Cancel);
    }

    async Task<IActorRef> Watch()
    {
        var guard = Sys.ActorOf(IdleGuard.Props(Patience, () => TestActor.Tell("leave")));
        await Heard(guard);
        return guard;
    }

    async Task Heard(IActorRef guard)
    {
        guard.Tell(new Identify(1), TestActor);
        await ExpectMsgAsync<ActorIdentity>(cancellationToken: Cancel);
    }

    static void Say(IActorRef guard, int slot, bool works) =>
        guard.Tell(
            new SlotProtocol.SlotChanged(
                slot,
                WorkKind.Training,
                works ? "s" : null,
                works ? new Lease(1, WorkKind.Training, 1, 7, Node, slot, DateTimeOffset.UnixEpoch) : null,
                null
            )
        );
}
