using Akka.Actor;
using Akka.Event;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;

namespace Orchestrator.Run;

/// <summary>The active coordinator writes each sweep's report when the sweep ends.</summary>
sealed class SweepReports : ReceiveActor
{
    public SweepReports(DataFolder folder, TimeProvider time)
    {
        var log = Context.GetLogger();
        // What is told of it when it is over changes nothing of its report.
        var written = new Dictionary<string, DateTimeOffset>();
        Receive<SweepProtocol.SweepChanged>(
            changed =>
                changed.State is { EndedAt: { } ended, Spec.Name: var name } && (!written.TryGetValue(name, out var last) || last != ended),
            changed =>
            {
                written[changed.State.Spec.Name] = changed.State.EndedAt!.Value;
                try
                {
                    log.Info(
                        "sweep {0} is {1}; report: {2}",
                        changed.State.Spec.Name,
                        changed.State.Status,
                        ReportWriter.Write(changed.State, folder, time)
                    );
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    log.Error(
                        "sweep {0} is {1}, but its report cannot be written: {2}",
                        changed.State.Spec.Name,
                        changed.State.Status,
                        error.Message
                    );
                }
            }
        );
        Receive<SweepProtocol.SweepChanged>(_ => { });
    }

    public static Props Props(DataFolder folder, TimeProvider time) => Akka.Actor.Props.Create(() => new SweepReports(folder, time));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(SweepProtocol.SweepChanged));
}
