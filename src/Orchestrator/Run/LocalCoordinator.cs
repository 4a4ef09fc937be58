using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps;

namespace Orchestrator.Run;

/// <summary>A coordinator of a data folder where none runs, without any slot, for as long as it takes to ask it something.</summary>
/// <exception cref="CommandException">It is refused (2), or files cannot be deleted (1).</exception>
/// <exception cref="DataFolderException">Another process works in the folder.</exception>
sealed class LocalCoordinator(IHost host) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    ActorSystem System => host.Services.GetRequiredService<ActorSystem>();

    /// <param name="verb">What is asked of a sweep that is there.</param>
    public static Task AskAsync(DataFolder folder, SweepProtocol.IVerb verb, TimeProvider time) =>
        WithAsync(folder, verb.Sweep, verb.Sweep, time, coordinator => coordinator.AskAsync(verb));

    /// <param name="isThere">False where its deletion was begun, and only goes on.</param>
    public static Task DeleteAsync(DataFolder folder, string sweep, bool isThere, TimeProvider time) =>
        WithAsync(
            folder,
            sweep,
            only: null,
            time,
            async coordinator =>
            {
                using var inbox = Inbox.Create(coordinator.System);
                coordinator.System.EventStream.Subscribe(inbox.Receiver, typeof(SweepProtocol.SweepGone));
                coordinator.System.EventStream.Subscribe(inbox.Receiver, typeof(SweepProtocol.NotDeletedYet));
                if (isThere)
                {
                    // Nobody works on it here: what was interrupted only waits.
                    await coordinator.TryAskAsync(new SweepProtocol.Pause(sweep));
                    await coordinator.TryAskAsync(new SweepProtocol.Describe(sweep));
                    await coordinator.AskAsync(new SweepProtocol.Delete(sweep));
                }

                Require(await inbox.ReceiveAsync(Patience), folder, sweep);
            }
        );

    /// <param name="sweeps">Their names.</param>
    /// <param name="forks">The checkpoints that other sweeps of the folder go on from, with those sweeps' names.</param>
    public static async Task PruneAsync(
        DataFolder folder,
        ImmutableArray<string> sweeps,
        ILookup<string, SweepProtocol.Lend> forks,
        bool all,
        TimeProvider time
    )
    {
        foreach (var sweep in sweeps)
            await WithAsync(
                folder,
                sweep,
                only: sweep,
                time,
                async coordinator =>
                {
                    using var inbox = Inbox.Create(coordinator.System);
                    coordinator.System.EventStream.Subscribe(inbox.Receiver, typeof(SweepProtocol.SweepChanged));
                    coordinator.System.EventStream.Subscribe(inbox.Receiver, typeof(SweepProtocol.NotDeletedYet));
                    foreach (var fork in forks[sweep])
                        await coordinator.AskAsync(fork);
                    await coordinator.AskAsync(new SweepProtocol.Prune(sweep, all));
                    var journal = new JournalReader(new SqliteJournal(folder));
                    while (!journal.Sweep(sweep)!.GivenUp.IsEmpty)
                        if (await inbox.ReceiveAsync(Patience) is not SweepProtocol.SweepChanged and var heard)
                            Require(heard, folder, sweep);
                }
            );
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    async Task AskAsync(SweepProtocol.ISweepRequest request)
    {
        if (await TryAskAsync(request) is SweepProtocol.Refused refused)
            throw new CommandException(ExitCode.BadCall, refused.Reason);
    }

    async Task<IProtocolMessage> TryAskAsync(SweepProtocol.ISweepRequest request)
    {
        var coordinator = await host.Services.GetRequiredService<IRequiredActor<CoordinatorKey>>().GetAsync();
        return await coordinator.Ask<IProtocolMessage>(request, Patience);
    }

    static void Require(object? heard, DataFolder folder, string sweep)
    {
        if (heard is SweepProtocol.SweepGone)
            return;
        var why = heard is SweepProtocol.NotDeletedYet { Reason: var reason } ? reason : "it takes too long";
        throw new CommandException(
            ExitCode.Failed,
            $"{sweep}: not all of it could be deleted in {folder.Root}: {why}; what is left goes with the next command that works "
                + "there, or with this one again"
        );
    }

    /// <param name="only">The one sweep that is looked after; null for all of them.</param>
    static async Task WithAsync(DataFolder folder, string sweep, string? only, TimeProvider time, Func<LocalCoordinator, Task> ask)
    {
        using var held = DataFolderLock.Take(folder, time, sweep);
        LeftBehind.End(new ChildRecords(folder));
        await using var launcher = new ChildProcessLauncher(ThisProgram.Running);
        var node = new NodeOptions(folder, [], [], launcher)
        {
            Journal = new SqliteJournal(folder),
            LogFile = folder.Log,
            OnlySweep = only,
        };
        var host = NodeHost.Build(node, new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()), time);
        await host.StartAsync();
        await using var coordinator = new LocalCoordinator(host);
        await ask(coordinator);
    }
}
