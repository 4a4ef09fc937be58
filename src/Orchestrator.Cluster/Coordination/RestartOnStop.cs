using Akka.Actor;
using Akka.Pattern;

namespace Orchestrator.Cluster.Coordination;

/// <summary>A persistent actor whose journal cannot be written stops, since what was kept is then unknown; it reads the journal again a
/// little later.</summary>
static class RestartOnStop
{
    public static Props Props(Props persistent, string name) =>
        BackoffSupervisor.Props(
            Backoff.OnStop(persistent, name, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3), 0.2, maxNrOfRetries: -1)
        );
}
