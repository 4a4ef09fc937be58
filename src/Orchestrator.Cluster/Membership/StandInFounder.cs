using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Orchestrator.Cluster.Membership;

/// <summary>
/// Forms the cluster in place of the first seed, where that one does not come and something else may answer at its address. Akka.NET leaves
/// this to the first seed alone. A coordinator does it when no seed is a member of any cluster and none that stands before it in the list
/// lives; a seed that comes later finds this cluster and joins it. Of two that were formed after all, the one without a majority of the
/// coordinators is left (<see cref="MajorityGuard"/>).
/// </summary>
sealed class StandInFounder : ReceiveActor, IWithTimers
{
    /// <summary>What a node answers with as soon as it starts.</summary>
    public const string Alive = "coordinator-watch";

    /// <summary>What a node answers with once it is up.</summary>
    public const string Member = "member";

    /// <summary>How long the answers of the other seeds are waited for.</summary>
    public static readonly TimeSpan Listening = TimeSpan.FromSeconds(3);

    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly ILoggingAdapter _log = Context.GetLogger();
    bool _isAnswered;

    /// <param name="seeds">In the order of the list.</param>
    /// <param name="own">Place of this node in it.</param>
    /// <param name="listening">Before each decision.</param>
    public StandInFounder(ImmutableArray<Address> seeds, int own, TimeSpan wait, TimeSpan listening)
    {
        Receive<Look>(_ =>
        {
            if (HasJoined)
                return;
            _isAnswered = false;
            foreach (var (place, seed) in seeds.Index().Where(seed => seed.Index != own))
                Context.ActorSelection(new RootActorPath(seed) / "user" / (place < own ? Alive : Member)).Tell(new Identify(place));
            Timers.StartSingleTimer(nameof(Decide), Decide.Instance, listening);
        });
        Receive<ActorIdentity>(identity => _isAnswered |= identity.Subject is not null);
        Receive<Decide>(_ =>
        {
            if (HasJoined)
                return;
            if (_isAnswered)
            {
                Timers.StartSingleTimer(nameof(Look), Look.Instance, listening);
                return;
            }

            _log.Warning("no seed is a member of a cluster, and none before this one answers: this node forms the cluster");
            _cluster.Join(_cluster.SelfAddress);
        });
        Timers.StartSingleTimer(nameof(Look), Look.Instance, wait);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    bool HasJoined => _cluster.State.Members.Any(member => member.UniqueAddress == _cluster.SelfUniqueAddress);

    public static Props Props(ImmutableArray<Address> seeds, int own, TimeSpan wait, TimeSpan listening) =>
        Akka.Actor.Props.Create(() => new StandInFounder(seeds, own, wait, listening));

    sealed class Look : INoSerializationVerificationNeeded
    {
        Look() { }

        public static Look Instance { get; } = new();
    }

    sealed class Decide : INoSerializationVerificationNeeded
    {
        Decide() { }

        public static Decide Instance { get; } = new();
    }
}

/// <summary>Makes a node one that can be asked whether it lives, and a seed one that does not wait for the first for ever.</summary>
static class SeedHosting
{
    public static void StartStandInFounder(this ActorSystem system, ImmutableArray<string> seeds, bool isCoordinator)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.RegisterOnMemberUp(() => system.ActorOf(Props.Empty, StandInFounder.Member));
        var addresses = seeds.Select(Address.Parse).ToImmutableArray();
        if (!isCoordinator || addresses.IndexOf(cluster.SelfAddress) is not (> 0 and var own))
            return;
        // Time for every seed before it to start, to hear nobody and to begin; then for this one to hear of that.
        var wait = 2 * own * cluster.Settings.SeedNodeTimeout;
        system.ActorOf(StandInFounder.Props(addresses, own, wait, StandInFounder.Listening), "stand-in-founder");
    }
}
