using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Doctor;
using Orchestrator.Output;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Prometheus;

namespace Orchestrator.Run;

/// <summary>Coordinator, workers and evaluator in one process: the same actors as of a large cluster.</summary>
static class ClusterOfOne
{
    const string Loopback = "127.0.0.1";

    // In a row, in one slot: a moment without memory or process numbers passes.
    const int HopelessStarts = 3;

    /// <summary>Finds out what the slots compute on, and that processes of this program come to life at all, before anything is
    /// written.</summary>
    /// <exception cref="ProgramException">They do not.</exception>
    public static async Task<SlotPlan> PrepareAsync(SweepRunOptions options, SweepSpec spec)
    {
        var devices = await SlotPlan.DevicesAsync(spec.Resources, options.Devices);
        await using var launcher = new ChildProcessLauncher(ThisProgram.Running);
        var child = await launcher.CheckAsync();
        var slots = SlotPlan.Of(devices, spec.Resources, options.Slots, child.CudaDevices ?? 0);
        OpenFiles.RequireForSweep(slots.Workers.Length);
        return slots;
    }

    /// <exception cref="CommandException">Nobody can listen there (2).</exception>
    public static void CheckMetricsPort(int? port)
    {
        try
        {
            if (port is { } number)
                ListeningPlace.Take(Loopback, number).Dispose();
        }
        catch (ListeningException error)
        {
            throw new CommandException(ExitCode.BadCall, $"--metrics-port: {error.Message}");
        }
    }

    /// <param name="channels">By which people are told of the sweep.</param>
    /// <param name="dataset">SHA-256 of the data set.</param>
    /// <returns>The sweep when it ended or paused itself, or as the first signal's drain left it.</returns>
    public static async Task<SweepState> RunAsync(
        SweepRunOptions options,
        SlotPlan slots,
        NoticeChannels channels,
        SweepInput input,
        string dataset,
        ProgressDisplay progress,
        StopSignals signals,
        TimeProvider time
    )
    {
        var spec = input.Spec;
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry());
        var children = new ChildRecords(options.Folder);
        LeftBehind.End(children);
        await using var launcher = new ChildProcessLauncher(ThisProgram.Running) { Records = children };
        using var host = Build(options, slots, channels, spec, launcher, metrics, time);
        using var server = Serve(options.MetricsPort, metrics);
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var events = ClusterEvents.Follow(system, new SqliteJournal(options.Folder));
        var hopeless = ClusterEvents.First<SlotProtocol.NotBegun>(system, start => start.Times == HopelessStarts);
        try
        {
            await Begin(host, input, dataset, options);
            await progress.ShowAsync(events, Task.WhenAny(signals.First, hopeless));
            if (!spec.Notify.Channels.IsEmpty)
                await NoticesTold.WaitAsync(system, options.Folder, spec.Name, signals.First);
        }
        catch (AskTimeoutException)
        {
            var why = "";
            while (events.TryRead(out var happened))
                if (happened is Trouble trouble)
                    why = $": {trouble.Message}";
            throw new CommandException(
                ExitCode.Failed,
                $"the sweep could not be begun, nothing was trained{why}; {options.Folder.Log} says more"
            );
        }
        finally
        {
            await host.StopAsync();
        }

        if (hopeless.IsCompletedSuccessfully)
        {
            throw new CommandException(
                ExitCode.BadCall,
                $"trial processes cannot be started any more: {(await hopeless).Reason}\n"
                    + $"No trial is charged for it, and what is done is in {options.Folder.Root}. When it is mended, go on with:\n  "
                    + $"{ResumeCommand.Of(options, spec.Name)}"
            );
        }

        // What the drain still reported is in the journal by now.
        return new JournalReader(new SqliteJournal(options.Folder)).Sweep(spec.Name)
            ?? throw new CommandException(
                ExitCode.Failed,
                $"{options.Folder.Root}: the journal no longer holds sweep '{spec.Name}'; something removed or replaced the folder while "
                    + "the sweep ran"
            );
    }

    static IHost Build(
        SweepRunOptions options,
        SlotPlan slots,
        NoticeChannels channels,
        SweepSpec spec,
        ChildProcessLauncher launcher,
        ClusterMetrics metrics,
        TimeProvider time
    )
    {
        var node = new NodeOptions(options.Folder, slots.Workers, slots.Evaluators, launcher)
        {
            Journal = new SqliteJournal(options.Folder),
            Channels = channels,
            LogFile = options.Folder.Log,
            OnlySweep = spec.Name,
            Cores = slots.Cores,
            Memory = slots.Memory,
            EvaluationShare = slots.EvaluationShare,
        };
        return NodeHost.Build(node, metrics, time);
    }

    static KestrelMetricServer? Serve(int? port, ClusterMetrics metrics)
    {
        if (port is not { } number)
            return null;
        var server = new KestrelMetricServer(Loopback, number, registry: metrics.Registry);
        try
        {
            server.Start();
            return server;
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            throw new CommandException(ExitCode.BadCall, $"--metrics-port: {number}: {error.Message}");
        }
    }

    static async Task Begin(IHost host, SweepInput input, string dataset, SweepRunOptions options)
    {
        var coordinator = await host.Services.GetRequiredService<IRequiredActor<CoordinatorKey>>().GetAsync();
        var name = input.Spec.Name;
        if (options.Change is { } change)
            await Require(new SweepProtocol.Change(change.Spec, change.File, change.Beyond));
        await Require(new SweepProtocol.Submit(input.Spec, input.Text, dataset));
        if (options.Retry is { } trials)
            await Require(new SweepProtocol.Retry(name, trials));
        // To run a sweep is to go on with it; one that stops is let be.
        await Ask(new SweepProtocol.Resume(name));

        async Task Require(IProtocolMessage message)
        {
            if (await Ask(message) is SweepProtocol.Refused refused)
                throw new CommandException(ExitCode.BadCall, refused.Reason);
        }

        Task<IProtocolMessage> Ask(IProtocolMessage message) => coordinator.Ask<IProtocolMessage>(message, TimeSpan.FromSeconds(60));
    }
}
