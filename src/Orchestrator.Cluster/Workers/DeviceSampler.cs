using Akka.Actor;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Workers;

/// <summary>Asks the driver's tool about the GPUs of this machine, as often as Prometheus asks us.</summary>
sealed class DeviceSampler : ReceiveActor, IWithTimers
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public DeviceSampler(DeviceMetrics metrics, string tool)
    {
        Receive<Look>(_ => DeviceSample.TakeAsync(tool).PipeTo(Self, success: samples => new Seen(samples)));
        Receive<Seen>(seen =>
        {
            metrics.Sampled(seen.Samples);
            // After the answer: a driver that hangs is not asked by ever more processes.
            Timers.StartSingleTimer("look", new Look(), Interval);
        });
    }

    public static Props Props(ClusterMetrics metrics, string tool = DriverTool.Name) =>
        Akka.Actor.Props.Create(() => new DeviceSampler(metrics.Devices, tool));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Self.Tell(new Look());

    sealed record Look : INoSerializationVerificationNeeded;

    sealed record Seen(IReadOnlyCollection<DeviceSample> Samples) : INoSerializationVerificationNeeded;
}
