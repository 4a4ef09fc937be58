using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps;

namespace Orchestrator.Run;

/// <summary>A coordinator of a data folder where none runs, without any slot, for as long as it takes to ask it something.</summary>
static class LocalCoordinator
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="verb">What is asked of a sweep that is there.</param>
    /// <exception cref="CommandException">It is refused (2).</exception>
    /// <exception cref="DataFolderException">Another process works in the folder.</exception>
    public static async Task AskAsync(DataFolder folder, SweepProtocol.IVerb verb, TimeProvider time)
    {
        using var held = DataFolderLock.Take(folder, time, verb.Sweep);
        LeftBehind.End(new ChildRecords(folder));
        await using var launcher = new ChildProcessLauncher(ThisProgram.Running);
        var node = new NodeOptions(folder, [], [], launcher)
        {
            Journal = new SqliteJournal(folder),
            LogFile = folder.Log,
            OnlySweep = verb.Sweep,
        };
        using var host = NodeHost.Build(node, new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()), time);
        await host.StartAsync();
        try
        {
            var coordinator = await host.Services.GetRequiredService<IRequiredActor<CoordinatorKey>>().GetAsync();
            if (await coordinator.Ask<IProtocolMessage>(verb, Patience) is SweepProtocol.Refused refused)
                throw new CommandException(ExitCode.BadCall, refused.Reason);
        }
        finally
        {
            await host.StopAsync();
        }
    }
}
