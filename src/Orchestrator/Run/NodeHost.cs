using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.Run;

/// <summary>A node that serves no HTTP, for as long as a command runs.</summary>
static class NodeHost
{
    public static IHost Build(NodeOptions node, ClusterMetrics metrics, TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddAkka(ClusterNames.System, (akka, _) => akka.AddOrchestratorNode(node, metrics, time));
        return builder.Build();
    }

    /// <summary>Signals are counted by <see cref="StopSignals"/>; the host stops when it is told to.</summary>
    sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
