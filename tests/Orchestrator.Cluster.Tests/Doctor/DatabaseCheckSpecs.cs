using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Tests.Journal;

namespace Orchestrator.Cluster.Tests.Doctor;

/// <summary>Whether the journal can be used, of either kind.</summary>
public sealed class DatabaseCheckSpecs
{
    [Fact]
    public async Task A_journal_in_SQLite_is_read_from_its_beginning_to_its_end()
    {
        using var journal = new JournalFolder();
        Assert.Matches(
            @"^SQLite, .*journal\.db: whole, \d+ events$",
            (await Look(DatabaseCheck.Of(new SqliteJournal(journal.Folder)))).Found
        );
        await File.WriteAllTextAsync(journal.Folder.Journal, "no journal", TestContext.Current.CancellationToken);
        var finding = await Look(DatabaseCheck.Of(new SqliteJournal(journal.Folder)));
        Assert.Equal(Verdict.Problem, finding.Verdict);
        Assert.Contains("is no SQLite file", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_asked_what_it_is_and_what_may_be_done_there()
    {
        await using var server = await TemporaryPostgres.Start();
        var postgres = server.ConnectionString("postgres");
        var findings = await Check.AllAsync([Of(postgres)], TimeProvider.System);
        Assert.Equal(["database", "clock"], findings.Select(finding => finding.Check));
        Assert.All(findings, finding => Assert.Equal(Verdict.Ok, finding.Verdict));
        Assert.Matches(@"^PostgreSQL \d+.* at 127\.0\.0\.1:\d+, database postgres, without TLS$", findings[0].Found);
        Assert.Matches(@"^0\.\d s (behind|ahead of) the database's$", findings[1].Found);

        var fast = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1));
        var clock = (await Check.AllAsync([DatabaseCheck.Of(new PostgresJournal(postgres), fast)], TimeProvider.System))[1];
        Assert.Equal(Verdict.Warning, clock.Verdict);
        Assert.Matches(@"^3[56]\d\d\.\d s ahead of the database's$", clock.Found);

        await Do(postgres, "CREATE USER guest", "REVOKE CREATE ON SCHEMA public FROM public");
        var guest = await Look(
            Of(server.ConnectionString("postgres").Replace("Username=orchestrator", "Username=guest", StringComparison.Ordinal))
        );
        Assert.Equal(Verdict.Problem, guest.Verdict);
        Assert.EndsWith("this user may neither write the journal nor make it", guest.Found, StringComparison.Ordinal);

        var elsewhere = await Look(Of(server.ConnectionString("nowhere")));
        Assert.Equal(Verdict.Problem, elsewhere.Verdict);
        Assert.Contains("database \"nowhere\" does not exist", elsewhere.Found, StringComparison.Ordinal);
        Assert.StartsWith("the server answers", elsewhere.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "Connection refused")]
    [InlineData(true, "timed out")]
    public async Task A_server_that_is_not_there_or_says_nothing_is_a_problem(bool listens, string why)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        if (!listens)
            silent.Stop();
        var finding = await Look(
            Of(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=me;Password=secret;Timeout=1"))
        );
        Assert.Equal(Verdict.Problem, finding.Verdict);
        Assert.Contains(why, finding.Found, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", finding.Found, StringComparison.Ordinal);
    }

    static Check Of(string connection) => DatabaseCheck.Of(new PostgresJournal(connection), TimeProvider.System);

    static async Task<Finding> Look(Check check) => (await Check.AllAsync([check], TimeProvider.System))[0];

    static async Task Do(string connection, params string[] statements)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        foreach (var statement in statements)
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
