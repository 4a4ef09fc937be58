using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Logs;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.Cluster.Hosting;

/// <summary>How the actor system of a node is set.</summary>
static class NodeHocon
{
    /// <summary>The largest message, in bytes: a sweep file of the largest size, with room.</summary>
    public const long LargestMessage = 1 << 20;

    public static string Of(NodeOptions options) =>
        $$"""
            {{FileLogger.PathSetting}} = {{JournalDatabase.Quoted(options.LogFile ?? "")}}
            akka.loglevel = {{options.LogLevel}}
            {{Common}}
            {{(options.Seeds.IsEmpty ? Alone : Cluster)}}
            {{(options.Coordinators > 1 ? Failover(options.Coordinators) : "")}}
            """;

    const string Common = """
        akka {
          loggers = ["Orchestrator.Cluster.Logs.FileLogger, Orchestrator.Cluster"]
          stdout-loglevel = OFF
          stdout-logger-class = "Orchestrator.Cluster.Logs.SilentLogger, Orchestrator.Cluster"
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          cluster.singleton-proxy {
            singleton-identification-interval = 200ms
            # https://github.com/akkadotnet/akka.net/issues/8568
            log-singleton-identification-failure = off
          }
          coordinated-shutdown {
            phases.before-service-unbind.timeout = 30s
            # The host stops the system; a process that is told to leave at once does not drain again.
            run-by-clr-shutdown-hook = off
          }
          persistence {
            # A second writer of one journal must be seen, not repaired.
            journal-plugin-fallback.replay-filter.mode = fail
            # As soon as there is room again, or the database is back, work goes on.
            journal-plugin-fallback.circuit-breaker.reset-timeout = 5s
            # Where there is a journal, its database keeps them. Left alone, a store for them makes a folder where the process was started.
            snapshot-store.plugin = "akka.persistence.no-snapshot-store"
          }
        }
        """;

    // No member is up, and so nobody coordinates, before a majority of the coordinators has come together: the first seed that starts again
    // and hears nobody in time forms a cluster of its own, which must not believe that it is the one.
    static string Failover(int coordinators) =>
        $$"""
            akka.cluster {
              role.{{ClusterNames.CoordinatorRole}}.min-nr-of-members = {{MajorityGuard.Majority(coordinators)}}
              seed-node-timeout = 10s
            }
            """;

    // A cluster of one has nobody to wait for.
    const string Alone = """
        akka.cluster {
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          singleton.hand-over-retry-interval = 200ms
        }
        """;

    // Suspected after about 2.5 s of silence, given up 4 s later: a node that pauses for less than that goes on as if nothing had been.
    // What is given up too soon costs time, never a result: leases and the journal's unique index hold.
    const string Cluster = """
        akka.cluster {
          failure-detector {
            heartbeat-interval = 500ms
            acceptable-heartbeat-pause = 1500ms
            threshold = 8.0
          }
          unreachable-nodes-reaper-interval = 250ms
          gossip-interval = 500ms
          leader-actions-interval = 500ms
          split-brain-resolver {
            stable-after = 4s
            # Faults that follow each other quickly must not bring down every node.
            down-all-when-unstable = 60s
          }
          down-removal-margin = 2s
          seed-node-timeout = 3s
          retry-unsuccessful-join-after = 3s
          shutdown-after-unsuccessful-join-seed-nodes = 60s
          # Training runs in other processes; what else runs in this one never delays a heartbeat.
          use-dispatcher = "orchestrator.cluster-dispatcher"
        }
        akka.remote {
          retry-gate-closed-for = 1s
          # After a partition a connection attempt that began in it must not hold up the next one.
          dot-netty.tcp.connection-timeout = 5s
          watch-failure-detector.acceptable-heartbeat-pause = 5s
        }
        akka.cluster.singleton {
          hand-over-retry-interval = 500ms
        }
        orchestrator.cluster-dispatcher {
          type = ForkJoinDispatcher
          dedicated-thread-pool.thread-count = 2
        }
        """;
}
