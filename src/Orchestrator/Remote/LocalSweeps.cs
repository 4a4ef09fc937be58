using System.Collections.Immutable;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Remote;

/// <summary>The sweeps of a data folder as anybody sees them who may read it, whether or not a coordinator works there now.</summary>
sealed class LocalSweeps(DataFolder folder)
{
    public JournalReader Journal { get; } = new(new ReadOnlyJournal(folder));

    public IEnumerable<SweepState> States() => Journal.States();

    /// <exception cref="CommandException">It is none of them (2).</exception>
    public static void RequireBy(string? by, ImmutableArray<string> groupings)
    {
        if (by is not null && !groupings.Contains(by))
            throw new CommandException(
                ExitCode.BadCall,
                $"--by: expected one of {string.Join(", ", groupings)}, not {Printable.Quote(by)}"
            );
    }

    public SweepDetail Detail(SweepState state, DateTimeOffset now) => Seen(state, newest => SweepDetail.From(newest, now));

    public SweepOverview Overview(SweepState state, DateTimeOffset now) => Seen(state, newest => SweepOverview.From(newest, now));

    public SweepResults Results(SweepState state)
    {
        var (newest, interrupted) = Newest(state);
        var results = SweepResults.From(newest);
        return interrupted ? results with { Sweep = results.Sweep with { Interrupted = true } } : results;
    }

    /// <summary>What goes on with a sweep that was interrupted. One that a node was given has no file here: its node goes on with
    /// it.</summary>
    public string GoOn(string sweep) =>
        File.Exists(folder.SweepFile(sweep))
            ? ShellCommand.Of("sweep", "run", folder.SweepFile(sweep), "--data-dir", folder.Root)
            : $"the node that coordinates in {folder.Root}: start it again (orchestrator node start …)";

    T Seen<T>(SweepState state, Func<SweepState, T> from)
        where T : SweepOverview
    {
        var (newest, interrupted) = Newest(state);
        SweepOverview seen = from(newest);
        return !interrupted
            ? (T)seen
            : (T)(
                seen with
                {
                    Interrupted = true,
                    EtaSeconds = null,
                    TrainingEtaSeconds = null,
                    EtaLowSeconds = null,
                    EtaHighSeconds = null,
                }
            );
    }

    // A sweep that is not over, in a folder where nobody looks after it, was interrupted, unless it ended just between these two looks.
    (SweepState State, bool IsInterrupted) Newest(SweepState state)
    {
        if (state.IsOver || DataFolderLock.IsInUse(folder, state.Spec.Name) is not false)
            return (state, false);
        var newest = Journal.Sweep(state.Spec.Name) ?? state;
        return (newest, !newest.IsOver);
    }
}
