namespace Orchestrator.Cluster.Journal;

/// <summary>What a PostgreSQL server told.</summary>
/// <param name="IsEncrypted">Nobody on the way reads what is written.</param>
/// <param name="MayWrite">The user may write the journal's tables, or make them where they are not there yet.</param>
/// <param name="Ahead">How far its clock is ahead of ours, as well as the way there and back allows to know.</param>
sealed record PostgresFacts(Version Version, bool IsEncrypted, bool MayWrite, TimeSpan Ahead)
{
    /// <summary>SQL for one row: two Booleans and the time.</summary>
    public const string Question = """
        SELECT COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
               CASE WHEN to_regclass('journal') IS NULL
                    THEN COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false)
                    ELSE has_table_privilege(to_regclass('journal'), 'SELECT') AND has_table_privilege(to_regclass('journal'), 'INSERT')
               END,
               clock_timestamp()
        """;
}
