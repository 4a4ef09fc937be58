using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>Every process of a cluster ends and begins anew, in the order that <c>docs/operations.md</c> gives for an upgrade.</summary>
public sealed class UpgradeSpecs
{
    const int Coordinators = 3;

    // Much longer than the test: nothing ends by itself.
    static readonly string Long = SweepFolder.Small.Replace("epochs: 30", "epochs: 100000", StringComparison.Ordinal);

    [Fact]
    public async Task A_sweep_keeps_what_was_set_changed_and_said_of_it_and_no_attempt_is_charged()
    {
        await using var server = await TemporaryPostgres.Start();
        using var folder = new SweepFolder(Long);
        var (journal, first) = (
            new JournalReader(new PostgresJournal(server.ConnectionString("postgres"))),
            FreePorts.Row(2 * Coordinators + 2)
        );
        var servers = string.Join(
            ',',
            Enumerable.Range(0, Coordinators).Select(number => $"http://127.0.0.1:{Text(first + 2 * number + 1)}")
        );
        var token = await PrintedAsync("token", "create", "--role", "operator", "--name", "alice");
        await PrintedAsync("token", "quota", "alice", "slots=1");
        var nodes = new List<Run>();
        try
        {
            for (var number = 0; number <= Coordinators; number++)
                nodes.Add(await StartAsync(number));
            await SayAsync("submit", "sweep.yaml");
            await SayAsync("set", "small", "priority=5", "weight=2", "max_slots=1", "budget.slot_hours=40");
            await SayAsync("tag", "small", "paper");
            await SayAsync("note", "small", "before the upgrade");
            await SayAsync("fork", "small", "--name", "other", "--set", "seed=8");
            await using var log = AsAlice("sweep", "logs", "small", "0001", "-f", "--server", servers);
            await log.Wrote("epoch 1:");
            File.WriteAllText(Path.Combine(folder.Root, "sweep.yaml"), Long.Replace("100000", "200000", StringComparison.Ordinal));
            await SayAsync("apply", "sweep.yaml", "--yes");
            await log.Wrote("attempt 2 begins");
            var before = await KeptAsync();
            Assert.Contains("before the upgrade", before, StringComparison.Ordinal);
            Assert.Contains("200000", before, StringComparison.Ordinal);
            Assert.Contains("token alice trains in the 1 slot that it may have", before, StringComparison.Ordinal);

            for (var number = 0; number <= Coordinators; number++)
            {
                nodes[number].Signal(PosixSignal.SIGTERM);
                await nodes[number].ExitsWith(0);
                await nodes[number].DisposeAsync();
                nodes[number] = await StartAsync(number);
            }

            await log.Wrote("attempt 3 begins");
            Assert.Equal(before, await KeptAsync());
            await SayAsync("stop", "small");
            await SayAsync("stop", "other");
            await log.ExitsWith(0);
            var facts = journal.Events("small").Select(entry => entry.Event).ToList();
            Assert.All(facts.OfType<LeaseEnded>(), fact => Assert.Equal(AttemptCause.Interrupted, fact.End.Cause));
            var epochs = facts.OfType<EpochReported>().Where(fact => fact.Trial == 1).Select(fact => fact.Report.Epoch).ToList();
            Assert.Equal(Enumerable.Range(1, epochs.Count), epochs);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }

        // The last one of all works; the others coordinate.
        async Task<Run> StartAsync(int number)
        {
            var port = first + 2 * number;
            string[] roles =
                number < Coordinators ? ["--role", "coordinator"] : ["--role", "worker", "--role", "evaluator", "--slots", "2"];
            string[] places = ["--data-dir", "runs", "--port", Text(port), "--http-port", Text(port + 1), "--lease", "30"];
            string[] cluster = ["--coordinators", Text(Coordinators), "--journal", server.ConnectionString("postgres")];
            var seeds = Enumerable.Range(0, Coordinators).SelectMany(seed => new[] { "--seed", $"127.0.0.1:{Text(first + 2 * seed)}" });
            var node = Run.Orchestrator(folder.Root, ["node", "start", .. roles, .. places, .. cluster, .. seeds]);
            // The first coordinators wait for each other.
            if (number >= Coordinators - 1 || nodes.Count > Coordinators)
                await node.Wrote("node akka");
            return node;
        }

        async Task<string> SayAsync(params string[] verb)
        {
            await using var run = AsAlice(["sweep", .. verb, "--server", servers]);
            await run.ExitsWith(0);
            return run.Output;
        }

        Run AsAlice(params string[] call) =>
            Run.Start("env", folder.Root, [$"ORCHESTRATOR_TOKEN={token.Trim()}", Checkout.Program, .. call]);

        async Task<string> PrintedAsync(params string[] call)
        {
            await using var run = Run.Orchestrator(folder.Root, call);
            await run.ExitsWith(0);
            return run.Output;
        }

        // What people gave it, as it is shown.
        async Task<string> KeptAsync()
        {
            var shown = JsonDocument.Parse(await SayAsync("show", "small", "--json")).RootElement;
            var (tree, why) = (await SayAsync("tree"), await SayAsync("why", "other"));
            return string.Join(
                    '\n',
                    new[] { "share", "budget", "tags", "note", "file", "submitted_by" }.Select(name => shown.GetProperty(name).GetRawText())
                )
                + tree
                + why.Split('\n')[1];
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
