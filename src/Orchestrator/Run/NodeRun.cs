using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Cluster.Workers;
using Orchestrator.Doctor;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Web;
using Orchestrator.Web.Access;

namespace Orchestrator.Run;

/// <summary><c>node start</c>: one node of a cluster, until it is told to leave or the cluster has given it up.</summary>
static class NodeRun
{
    // Draining may take 30 s; the rest of the way out gets what is left.
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(50);

    public static async Task<int> RunAsync(NodeSettings settings, TimeProvider time)
    {
        OpenFiles.Require(OpenFiles.OfNode, "a node");
        settings.CheckListening();
        using var held = settings.Journal is { IsShared: false } ? DataFolderLock.Take(settings.Folder, time) : null;
        var devices = Examination.Computes(settings) ? await DeviceInventory.DetectAsync() : DeviceInventory.WithoutGpus;
        var findings = await Examination.OfStartAsync(settings, devices, time);
        Tell(findings);
        Directory.CreateDirectory(settings.Folder.Root);
        var children = new ChildRecords(settings.Folder);
        LeftBehind.End(children);
        await using var launcher = new ChildProcessLauncher(ThisProgram.Running) { Records = children };
        var options = (await settings.ToOptionsAsync(devices, launcher, CancellationToken.None)) with
        {
            DeleteStored = (storage, below, goes) => StoredFiles.DeleteAsync(storage, below, goes, time),
        };
        await using var host = Build(settings, options, findings, new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()), time);
        await StartAsync(host, settings);
        var system = host.Services.GetRequiredService<ActorSystem>();
        if (options.IsCoordinator)
            system.ActorOf(SweepReports.Props(settings.Folder, time), "sweep-reports");
        Console.Error.WriteLine(Greeting(settings, options, Akka.Cluster.Cluster.Get(system).SelfAddress, host.Urls));
        await host.WaitForShutdownAsync();
        return Outcome(CoordinatedShutdown.Get(system).ShutdownReason);
    }

    /// <exception cref="CommandException">The node would be of no use (2).</exception>
    static void Tell(ImmutableArray<Finding> findings)
    {
        if (findings.FirstOrDefault(Examination.EndsStart) is { } fatal)
            throw new CommandException(ExitCode.BadCall, FindingText.Line(fatal));
        foreach (var finding in findings.Where(finding => finding.Verdict != Verdict.Ok))
            Console.Error.WriteLine($"{FindingText.Word(finding.Verdict)}: {FindingText.Line(finding)}");
    }

    static WebApplication Build(
        NodeSettings settings,
        NodeOptions options,
        ImmutableArray<Finding> findings,
        ClusterMetrics metrics,
        TimeProvider time
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var tokens = new TokenFile(settings.Folder.Tokens);
        builder.AddNodeHttpServer(
            new WebOptions(HttpAddress(settings), settings.HttpPort, tokens)
            {
                Certificate = settings.HttpCertificate,
                AllowPlain = settings.IsInsecure,
                TrustLoopback = settings.TrustsLoopback,
                Findings = findings,
            },
            time
        );
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddAkka(
            ClusterNames.System,
            (akka, _) => akka.AddOrchestratorNode(options with { Quotas = tokens.LastQuotas }, metrics, time)
        );
        var host = builder.Build();
        host.UseNodeHttpServer(metrics, settings.Journal, settings.Folder, time);
        return host;
    }

    // The web server takes a name that it does not know for every address of the machine.
    static string HttpAddress(NodeSettings settings) =>
        settings.HttpHost is "*" or "+" || (settings.HttpHost == "localhost" && settings.HttpPort > 0)
            ? settings.HttpHost
            : ListeningPlace.Address(settings.HttpHost).ToString();

    static async Task StartAsync(WebApplication host, NodeSettings settings)
    {
        try
        {
            await host.StartAsync();
        }
        catch (IOException error)
        {
            throw new CommandException(
                ExitCode.BadCall,
                $"http.port: {settings.HttpHost}:{settings.HttpPort} cannot be listened on: {error.Message}"
            );
        }
        catch (Exception error) when (Root(error) is System.Net.Sockets.SocketException socket)
        {
            throw new CommandException(
                ExitCode.BadCall,
                $"port: {settings.Network.Host}:{settings.Network.Port}, or http.port: {settings.HttpHost}:{settings.HttpPort}: cannot "
                    + "be listened on "
                    + $"any more: {socket.Message}"
            );
        }
    }

    static Exception Root(Exception error) => error.GetBaseException();

    static string Greeting(NodeSettings settings, NodeOptions options, Address address, IEnumerable<string> urls)
    {
        var slots = string.Join(
            ", ",
            new[] { Count(options.Workers.Length, "worker slot"), Count(options.Evaluators.Length, "evaluator slot") }.OfType<string>()
        );
        return $"node {address} ({string.Join(", ", settings.Roles).ToLowerInvariant()}{(slots.Length > 0 ? $"; {slots}" : "")}), "
            + $"{string.Join(' ', urls)}, data folder {settings.Folder.Root}";
    }

    static string? Count(int number, string what) => number == 0 ? null : $"{number} {what}{(number == 1 ? "" : "s")}";

    // Anything but a wish to leave is for the service manager to see, and to start the node again.
    static int Outcome(CoordinatedShutdown.Reason? reason) =>
        reason switch
        {
            null
            or CoordinatedShutdown.ClrExitReason
            or CoordinatedShutdown.ActorSystemTerminateReason
            or NothingToDo
            or CoordinatedShutdown.UnknownReason => ExitCode.Done,
            OneTooMany => ExitCode.BadCall,
            CoordinatedShutdown.ClusterJoinUnsuccessfulReason => ExitCode.NoCoordinator,
            _ => ExitCode.Failed,
        };
}
