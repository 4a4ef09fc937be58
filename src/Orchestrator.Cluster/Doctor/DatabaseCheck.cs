using Npgsql;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using static System.FormattableString;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Whether the journal is there, whole and writable; nothing is made or changed in it.</summary>
static class DatabaseCheck
{
    public const string Name = "database";

    /// <summary>The dialect that the journal is written in.</summary>
    const int OldestServer = 15;

    // A large journal is read from its beginning to its end.
    static readonly TimeSpan WholeJournal = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    public static Check Of(SqliteJournal journal) =>
        new(
            Name,
            WholeJournal,
            $"see whether the file system of {journal.Folder.Root} answers, or another program holds the journal",
            _ => Task.FromResult<IEnumerable<Finding>>([Look(journal.Folder)])
        );

    public static Check Of(PostgresJournal journal, TimeProvider time) =>
        new(
            Name,
            // Its own patience, for connecting and for asking, is less unless somebody set it.
            Check.Moment + Check.Moment,
            $"see whether {journal.Place} is what answers there, and a firewall lets it through",
            cancel => AskAsync(journal, time, cancel)
        );

    static Finding Look(DataFolder folder)
    {
        try
        {
            return new Finding(
                Name,
                Verdict.Ok,
                JournalCheck.Look(folder) is { } events
                    ? Invariant($"SQLite, {folder.Journal}: whole, {events:N0} events")
                    : $"SQLite, {folder.Journal}: not there yet"
            );
        }
        catch (JournalException error)
        {
            return new Finding(Name, Verdict.Problem, error.Message);
        }
    }

    static async Task<IEnumerable<Finding>> AskAsync(PostgresJournal journal, TimeProvider time, CancellationToken cancel)
    {
        PostgresFacts facts;
        try
        {
            facts = await journal.AskAsync(time, cancel).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            return
            [
                new Finding(
                    Name,
                    Verdict.Problem,
                    $"PostgreSQL at {journal.Place}: {Printable.Clause(error.GetBaseException().Message)}",
                    error is PostgresException
                        ? "the server answers: set the database, the user and the password of 'journal' right"
                        : "start the server, or set Host and Port of 'journal' right"
                ),
            ];
        }

        return [Of(journal, facts), OfClock(facts.Ahead)];
    }

    static Finding Of(PostgresJournal journal, PostgresFacts facts)
    {
        var found = $"PostgreSQL {facts.Version} at {journal.Place}, {(facts.IsEncrypted ? "over TLS" : "without TLS")}";
        return facts.Version.Major < OldestServer
                ? new Finding(Name, Verdict.Problem, found, Invariant($"take version {OldestServer} or a later one"))
            : !facts.MayWrite
                ? new Finding(
                    Name,
                    Verdict.Problem,
                    $"{found}: this user may neither write the journal nor make it",
                    "make this user the owner of the database, or grant it CREATE on the schema; of tables that are there SELECT and INSERT"
                )
            : !facts.IsEncrypted && journal.IsElsewhere
                ? new Finding(
                    Name,
                    Verdict.Warning,
                    $"{found}: others on the way can read and change what is written",
                    "set up TLS on the server, and SSL Mode=VerifyFull and Root Certificate=… in 'journal'"
                )
            : new Finding(Name, Verdict.Ok, found);
    }

    static Finding OfClock(TimeSpan ahead)
    {
        var found = Invariant($"{ahead.Duration().TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "behind" : "ahead of")} the database's");
        return ahead.Duration() > Skew
            ? new Finding(ClockCheck.Name, Verdict.Warning, found, ClockCheck.Synchronise)
            : new Finding(ClockCheck.Name, Verdict.Ok, found);
    }
}
