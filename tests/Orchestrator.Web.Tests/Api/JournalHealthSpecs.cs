using System.Net;
using Microsoft.Data.Sqlite;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Api;

/// <summary>A coordinator whose journal cannot be read or written says so where it is asked whether it is ready, and to everybody who asks
/// it for something.</summary>
[Collection(nameof(Sequential))]
public sealed class JournalHealthSpecs
{
    const string Damage = "UPDATE journal SET message = CAST('{' AS BLOB) WHERE persistence_id = 'sweep-mine' AND sequence_number = 2";

    [Fact]
    public async Task An_event_that_cannot_be_read_is_named()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await TestNode.StartAsync(new() { Workers = 0 }, folder.Data))
        {
            using var submitted = await first.Client.SubmitAsync(Calls.Sweep("mine"));
            Assert.Equal(HttpStatusCode.OK, submitted.StatusCode);
            await ReadyAsync(first, HttpStatusCode.OK);
        }

        // It was whole when the node began, as far as the node could see.
        await Write(folder, Damage);
        await using var node = await TestNode.StartAsync(new() { Workers = 0 }, folder.Data);
        Assert.Contains(
            "sweep 'mine': event 2 of the journal cannot be read",
            await ReadyAsync(node, HttpStatusCode.ServiceUnavailable),
            StringComparison.Ordinal
        );
        foreach (var path in new[] { "/api/sweeps", "/api/sweeps/mine", "/api/sweeps/mine/results", "/api/nodes" })
        {
            using var answer = await node.Client.CallAsync(HttpMethod.Get, path);
            Assert.Contains(
                "sweep 'mine': event 2",
                await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_journal_that_is_gone_is_told()
    {
        await using var node = await TestNode.StartAsync(new() { Workers = 0 });
        await ReadyAsync(node, HttpStatusCode.OK);
        File.Delete(node.Folder.Journal);
        Assert.Contains("there is no journal", await ReadyAsync(node, HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_submits_what_cannot_be_kept_hears_why_at_once_and_may_do_it_again()
    {
        using var folder = new TemporaryFolder();
        await using var node = await TestNode.StartAsync(new() { Workers = 0 }, folder.Data);
        await ReadyAsync(node, HttpStatusCode.OK);
        await Write(folder, "CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'this disk is worn out'); END");
        var began = TimeProvider.System.GetTimestamp();
        using (var refused = await node.Client.SubmitAsync(Calls.Sweep("mine")))
            Assert.Contains(
                "this disk is worn out",
                await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable),
                StringComparison.Ordinal
            );
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Write(folder, "DROP TRIGGER refuse");
        await Eventually.TrueAsync(async () =>
        {
            using var accepted = await node.Client.SubmitAsync(Calls.Sweep("mine"));
            return accepted.IsSuccessStatusCode;
        });
    }

    static async Task<string> ReadyAsync(TestNode node, HttpStatusCode status)
    {
        var text = "";
        await Eventually.TrueAsync(async () =>
        {
            using var ready = await node.Client.CallAsync(HttpMethod.Get, "/readyz");
            text = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return ready.StatusCode == status
                && !text.Contains("being read", StringComparison.Ordinal)
                && !text.Contains("member", StringComparison.Ordinal);
        });
        return text;
    }

    static async Task Write(TemporaryFolder folder, string statement)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = folder.Data.Journal, Pooling = false }.ToString()
        );
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
