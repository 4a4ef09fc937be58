using Akka.Actor;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Run;

/// <summary>The last messages of a sweep, which ends with its process.</summary>
static class NoticesTold
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits until everybody has been told, for a little while.</summary>
    /// <param name="stop">Nobody wants to wait any more.</param>
    public static async Task WaitAsync(ActorSystem system, DataFolder folder, string sweep, Task stop)
    {
        // Whoever is told from here on is heard of.
        var told = ClusterEvents.First<SweepProtocol.SweepChanged>(
            system,
            changed => changed.State.Spec.Name == sweep && changed.State.Notices.Open.IsEmpty
        );
        if (new JournalReader(new SqliteJournal(folder)).Sweep(sweep) is { Notices.Open.IsEmpty: false })
            await Task.WhenAny(told, stop, Task.Delay(Patience));
    }

    /// <returns>Who has not been told, and how that goes on; null where everybody has been.</returns>
    public static string? Left(SweepState state) =>
        state.Notices.Open is { IsEmpty: false } open
            ? $"warning: notify: {string.Join(", ", open.SelectMany(notice => notice.Channels).Distinct())} could not be told of all yet; "
                + "the log says why, and the same command tries again"
            : null;
}
