using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Nodes;

/// <summary><c>token …</c> and what a token is worth to a running coordinator.</summary>
public sealed class TokenSpecs
{
    [Fact]
    public async Task A_token_is_printed_once_listed_without_it_and_worthless_once_revoked()
    {
        using var folder = new SweepFolder();
        await using var create = Run.Orchestrator(folder.Root, "token", "create", "--role", "operator", "--name", "alice");
        await create.ExitsWith(0);
        var secret = create.Output.Trim();
        Assert.Matches("^orch_[A-Za-z0-9_-]{43}$", secret);
        Assert.DoesNotContain(secret, create.Errors, StringComparison.Ordinal);

        await using var list = Run.Orchestrator(folder.Root, "token", "list", "--json");
        await list.ExitsWith(0);
        Assert.DoesNotContain(secret, list.Output, StringComparison.Ordinal);
        var token = JsonSerializer.Deserialize<JsonElement>(list.Output).GetProperty("tokens").EnumerateArray().Single();
        Assert.Equal(("alice", "operator"), (token.GetProperty("name").GetString(), token.GetProperty("role").GetString()));

        var port = FreePorts.Row(2);
        await using var node = Run.Orchestrator(
            folder.Root,
            "node",
            "start",
            "--role",
            "coordinator",
            "--port",
            $"{port}",
            "--http-port",
            $"{port + 1}"
        );
        await node.Wrote("data folder");
        string[] sweepList = ["sweep", "list", "--server", $"http://127.0.0.1:{port + 1}", "--json"];
        await using (var right = Run.Start("env", folder.Root, [$"ORCHESTRATOR_TOKEN={secret}", Checkout.Program, .. sweepList]))
            await right.ExitsWith(0);

        await SubmitsWithinAQuota(folder, secret, $"http://127.0.0.1:{port + 1}");

        await using var revoke = Run.Orchestrator(folder.Root, "token", "revoke", token.GetProperty("id").GetString()!);
        await revoke.ExitsWith(0);
        await using (var wrong = Run.Start("env", folder.Root, [$"ORCHESTRATOR_TOKEN={secret}", Checkout.Program, .. sweepList]))
        {
            await wrong.ExitsWith(2);
            Assert.Contains("revoked", wrong.Errors, StringComparison.Ordinal);
        }

        await using var again = Run.Orchestrator(folder.Root, "token", "revoke", "nobody");
        await again.ExitsWith(3);
        Assert.DoesNotContain(secret, node.ToString(), StringComparison.Ordinal);
    }

    static async Task SubmitsWithinAQuota(SweepFolder folder, string secret, string server)
    {
        await using (var unknown = Run.Orchestrator(folder.Root, "token", "quota", "bob", "slots=2"))
            await unknown.ExitsWith(3);
        await using (var wrong = Run.Orchestrator(folder.Root, "token", "quota", "alice", "slots=0"))
            await wrong.ExitsWith(2);
        await using (var set = Run.Orchestrator(folder.Root, "token", "quota", "alice", "slots=2", "gpu_hours=40"))
        {
            await set.ExitsWith(0);
            Assert.Equal("alice: 2 slots, 40 GPU-hours", set.Output.Trim());
        }

        await As("sweep", "submit", "sweep.yaml", "--server", server);
        var show = await As("sweep", "show", "small", "--server", server, "--json");
        Assert.Equal("alice", JsonSerializer.Deserialize<JsonElement>(show).GetProperty("submitted_by").GetString());
        Assert.Contains("by token", await As("sweep", "cost", "--by", "token", "--server", server), StringComparison.Ordinal);

        async Task<string> As(params string[] call)
        {
            await using var run = Run.Start("env", folder.Root, [$"ORCHESTRATOR_TOKEN={secret}", Checkout.Program, .. call]);
            await run.ExitsWith(0);
            return run.Output;
        }
    }
}
