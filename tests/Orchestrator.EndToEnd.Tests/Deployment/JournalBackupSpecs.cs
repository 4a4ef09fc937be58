using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>The journal is backed up and brought back exactly as <c>docs/operations.md</c> says.</summary>
public sealed class JournalBackupSpecs(DigitsFeatures features)
{
    const string Database = "orchestrator";

    /// <summary>Made in the middle of a sweep, brought back after its end: the sweep repeats what the backup does not know, and comes to
    /// the same weights.</summary>
    [Fact]
    public async Task A_sweep_goes_on_from_a_backup_of_sqlite_that_was_made_while_it_ran()
    {
        Needs.Program("sqlite3", "sqlite3");
        using var folder = await features.FolderAsync();
        string[] variables = [$"DATA={folder.Data.Root}", $"BACKUP={Path.Combine(folder.Root, "backup.db")}"];
        // One trial after the other, so that the second one is not done when the first one is.
        await using (var run = folder.Sweep("--slots", "1"))
        {
            await run.Wrote("trials,");
            await Eventually.TrueAsync(() => folder.Journal().OfType<TrialCompleted>().Any());
            await OperationsPage.Execute("sqlite-backup", folder.Root, variables);
            Assert.False(run.EndsWithin(TimeSpan.Zero), "the sweep ended before its backup was made");
            await run.ExitsWith(0);
        }

        var hashes = await folder.Hashes();
        var events = folder.Journal().Count;
        await OperationsPage.Execute("sqlite-restore", folder.Root, variables);
        Assert.InRange(folder.Journal().Count, 1, events - 1);
        Assert.Single(folder.Journal().OfType<TrialCompleted>());

        await using var again = folder.Sweep();
        await again.ExitsWith(0);
        Assert.Equal(hashes, await folder.Hashes());
    }

    [Fact]
    public async Task A_cluster_goes_on_from_a_backup_of_postgresql()
    {
        await using var server = await TemporaryPostgres.Start();
        using var folder = await features.FolderAsync(SweepFolder.Small.Replace("epochs: 30", "epochs: 2", StringComparison.Ordinal));
        var journal = new JournalReader(new PostgresJournal(server.ConnectionString(Database)));
        string[] variables = [.. server.Variables, $"BACKUP={Path.Combine(folder.Root, "backup")}"];
        await Shell(folder, variables, $"createdb {Database}");

        string before;
        await using (var node = Node(folder, server, out var http))
        {
            await node.Wrote("node akka");
            await using (var submit = Run.Orchestrator(folder.Root, "sweep", "submit", "sweep.yaml", "--server", http))
                await submit.ExitsWith(0);
            await Eventually.TrueAsync(() => journal.Sweep("small")?.Status == SweepStatus.Completed);
            await OperationsPage.Execute("postgres-backup", folder.Root, variables);
            before = await Results(folder, http);
            node.Signal(PosixSignal.SIGTERM);
            await node.ExitsWith(0);
        }

        var events = journal.Events("small").Count();
        await Shell(folder, variables, $"psql -q -d {Database} -c 'DROP TABLE journal CASCADE'");
        Npgsql.NpgsqlConnection.ClearAllPools();
        await OperationsPage.Execute("postgres-restore", folder.Root, variables);
        Assert.Equal(events, journal.Events("small").Count());

        await using var restored = Node(folder, server, out var again);
        await restored.Wrote("node akka");
        Assert.Equal(before, await Results(folder, again));
        restored.Signal(PosixSignal.SIGTERM);
        await restored.ExitsWith(0);
    }

    static Run Node(SweepFolder folder, TemporaryPostgres server, out string http)
    {
        var port = FreePorts.Row(1).ToString(CultureInfo.InvariantCulture);
        http = $"http://127.0.0.1:{port}";
        return Run.Orchestrator(
            folder.Root,
            "node",
            "start",
            "--role",
            "coordinator",
            "--role",
            "worker",
            "--role",
            "evaluator",
            "--port",
            "0",
            "--http-port",
            port,
            "--slots",
            "1",
            "--journal",
            server.ConnectionString(Database)
        );
    }

    static async Task<string> Results(SweepFolder folder, string http)
    {
        await using var run = Run.Orchestrator(folder.Root, "sweep", "results", "small", "--json", "--server", http);
        await run.ExitsWith(0);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("trials").GetRawText();
    }

    static async Task Shell(SweepFolder folder, string[] variables, string command)
    {
        await using var run = Run.Start("env", folder.Root, [.. variables, "bash", "-euc", command]);
        await run.ExitsWith(0);
    }
}
