using System.Data.Common;
using System.Globalization;
using System.Runtime.Serialization;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Journal;

/// <summary>Reads sweeps from a journal, also while a coordinator writes it.</summary>
public sealed class JournalReader(IJournalSource source)
{
    const int MostNumbers = 500,
        MostEvents = 10_000;

    // PostgreSQL numbers a row when it is written and shows it when its transaction is done: a lower number may appear after a higher one.
    const int LateWrites = 1000;
    internal const string Remedy = "put the journal back from a backup, or use the version that wrote it";

    /// <summary>Names of the sweeps in the journal, oldest first; empty where there is no journal.</summary>
    public IReadOnlyList<string> Sweeps() => List().Names;

    /// <summary>The list of sweeps, with those that were deleted.</summary>
    /// <param name="since">An earlier one: only what is new is read.</param>
    public SweepList List(SweepList? since = null) =>
        Read(PersistenceIds.Coordinator, (since ?? SweepList.Empty).Sequence)
            .Aggregate(
                since ?? SweepList.Empty,
                (list, entry) => entry.Event is CoordinatorEvent fact ? list.With(entry.Sequence, fact) : list
            );

    /// <summary>The state of one sweep; null where the journal has none of that name.</summary>
    public SweepState? Sweep(string sweep) => List().IsGone(sweep) ? null : StateOf(sweep);

    /// <summary>Of every sweep in the journal, each read when it is asked for.</summary>
    public IEnumerable<SweepState> States() => Sweeps().Select(StateOf).OfType<SweepState>();

    SweepState? StateOf(string sweep)
    {
        var (sequence, snapshot) = Snapshot(sweep);
        return Events(sweep, sequence).Aggregate(snapshot, (state, entry) => Apply(sweep, state, entry.Sequence, entry.Event));
    }

    /// <summary>The newest snapshot of a sweep and the number of the last event in it: 0 and null where there is none that can be read, and
    /// the events are to be read from the first one.</summary>
    public (long Sequence, SweepState? State) Snapshot(string sweep) =>
        source.Read<(long, SweepState?)>(
            (0, null),
            connection =>
            {
                try
                {
                    using var command = connection.CreateCommand();
                    command.CommandText =
                        "SELECT sequence_number, manifest, snapshot FROM snapshot WHERE persistence_id = @id ORDER BY sequence_number DESC "
                        + "LIMIT 1";
                    Add(command, "@id", PersistenceIds.Sweep(sweep));
                    using var row = command.ExecuteReader();
                    return row.Read()
                        ? (row.GetInt64(0), SweepSnapshot.Read(row.GetFieldValue<byte[]>(2), row.GetString(1)).State)
                        : (0, null);
                }
                catch (Exception error) when (error is DbException or SerializationException or InvalidCastException)
                {
                    return (0, null);
                }
            }
        );

    /// <param name="after">Only events with a larger sequence number.</param>
    /// <param name="limit">At most so many of them.</param>
    public IEnumerable<(long Sequence, SweepEvent Event)> Events(string sweep, long after = 0, int limit = int.MaxValue)
    {
        // A long journal is never held as a whole.
        for (var left = limit; left > 0; left -= MostEvents)
        {
            var some = Read(PersistenceIds.Sweep(sweep), after, Math.Min(left, MostEvents));
            foreach (var entry in some)
                yield return OfSweep(sweep, entry);
            if (some.Count < MostEvents)
                yield break;
            after = some[^1].Sequence;
        }
    }

    /// <summary>The events of these sequence numbers alone, in the order of the journal.</summary>
    public IEnumerable<(long Sequence, SweepEvent Event)> Events(string sweep, IEnumerable<long> sequences) =>
        sequences
            .Chunk(MostNumbers)
            .SelectMany(numbers => Read(PersistenceIds.Sweep(sweep), numbers))
            .Select(entry => OfSweep(sweep, entry));

    /// <summary>Which sweeps were written to: a look that costs next to nothing where nothing is new.</summary>
    /// <param name="after">Where an earlier look ended; 0: all of them.</param>
    public JournalNews News(long after) =>
        source.Read(
            new JournalNews(after, []),
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT persistence_id, MAX(ordering) FROM journal WHERE ordering > @after GROUP BY persistence_id";
                Add(command, "@after", Math.Max(0, after - LateWrites));
                using var rows = command.ExecuteReader();
                var (newest, sweeps) = (after, new List<string>());
                while (rows.Read())
                {
                    newest = Math.Max(newest, rows.GetInt64(1));
                    if (PersistenceIds.SweepOf(rows.GetString(0)) is { } sweep)
                        sweeps.Add(sweep);
                }

                return new JournalNews(newest, sweeps);
            }
        );

    /// <summary>Whether there is a journal.</summary>
    public bool Exists() => source.Read(false, _ => true);

    public static SweepState? Replay(IEnumerable<SweepEvent> events) => events.Aggregate((SweepState?)null, SweepState.Apply);

    /// <exception cref="JournalException">The event is none that can follow: something else than a coordinator wrote it, or took away what
    /// was before it.</exception>
    internal static SweepState Apply(string sweep, SweepState? state, long sequence, SweepEvent fact)
    {
        try
        {
            return SweepState.Apply(state, fact);
        }
        catch (Exception error)
            when (error
                    is InvalidOperationException
                        or ArgumentException
                        or NullReferenceException
                        or KeyNotFoundException
                        or IndexOutOfRangeException
            )
        {
            throw new JournalException(
                $"sweep '{sweep}': event {sequence} of the journal does not follow from those before it ({error.Message}); {Remedy}",
                error
            );
        }
    }

    List<(long Sequence, object Event)> Read(string persistenceId, long after, int limit = int.MaxValue) =>
        Read(
            "sequence_number > @after ORDER BY sequence_number LIMIT @limit",
            ("@id", persistenceId),
            ("@after", after),
            ("@limit", limit)
        );

    // The numbers are ours, and whole: they may stand in the text itself.
    List<(long Sequence, object Event)> Read(string persistenceId, long[] numbers) =>
        Read(
            $"sequence_number IN ({string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}) ORDER BY "
                + "sequence_number",
            ("@id", persistenceId)
        );

    List<(long Sequence, object Event)> Read(string which, params IEnumerable<(string Name, object Value)> parameters) =>
        source.Read(
            new List<(long, object)>(),
            connection =>
            {
                var found = new List<(long, object)>();
                using var command = connection.CreateCommand();
                command.CommandText =
                    $"SELECT sequence_number, manifest, message, persistence_id FROM journal WHERE persistence_id = @id AND NOT deleted "
                    + $"AND {which}";
                foreach (var (name, value) in parameters)
                    Add(command, name, value);
                using var rows = command.ExecuteReader();
                while (rows.Read())
                    found.Add((rows.GetInt64(0), Event(rows)));
                return found;
            }
        );

    static object Event(DbDataReader row)
    {
        try
        {
            return JsonManifestSerializer.Read(row.GetFieldValue<byte[]>(2), row.GetString(1));
        }
        catch (Exception error)
            when (error
                    is SerializationException
                        or InvalidCastException
                        or InvalidOperationException
                        or NotSupportedException
                        or ArgumentException
            )
        {
            throw new JournalException(
                $"{Whose(row.GetString(3))}: event {row.GetInt64(0)} of the journal cannot be read: {error.Message}; {Remedy}",
                error
            );
        }
    }

    static (long Sequence, SweepEvent Event) OfSweep(string sweep, (long Sequence, object Event) entry) =>
        entry.Event is SweepEvent fact
            ? (entry.Sequence, fact)
            : throw new JournalException($"sweep '{sweep}': event {entry.Sequence} of the journal is none of a sweep; {Remedy}");

    static string Whose(string persistenceId) => PersistenceIds.SweepOf(persistenceId) is { } sweep ? $"sweep '{sweep}'" : "list of sweeps";

    static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}

/// <param name="Newest">Number of the newest row, over all sweeps: where the next look begins.</param>
/// <param name="Sweeps">Names of those that may have something new; nothing is missing, some may be in vain.</param>
public sealed record JournalNews(long Newest, IReadOnlyList<string> Sweeps);
