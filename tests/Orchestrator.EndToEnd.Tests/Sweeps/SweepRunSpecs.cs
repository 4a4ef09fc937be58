using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

public sealed class SweepRunSpecs(DigitsFeatures features)
{
    [Fact]
    public async Task A_sweep_runs_to_its_end_is_scored_and_reported_and_run_again_only_shows_its_results()
    {
        using var folder = new SweepFolder();
        var port = FreePort();
        await using (var run = folder.Sweep("--metrics-port", port.ToString(CultureInfo.InvariantCulture)))
        {
            await run.Wrote("epoch ");
            var metrics = await Scrape(port);
            Assert.Contains("orchestrator_trials{state=\"running\"}", metrics, StringComparison.Ordinal);
            Assert.Contains("orchestrator_cluster_members{status=\"up\"} 1", metrics, StringComparison.Ordinal);
            await run.ExitsWith(0);
            Assert.Contains("test", run.Output, StringComparison.Ordinal);
            Assert.Contains("full-covariance Gaussian", run.Output, StringComparison.Ordinal);
            Assert.Contains($"Report: {folder.Data.Report("small")}", run.Output, StringComparison.Ordinal);
        }

        var report = await File.ReadAllTextAsync(folder.Data.Report("small"), TestContext.Current.CancellationToken);
        Assert.Contains("data:image/png;base64,", report, StringComparison.Ordinal);
        CheckResults(await folder.Results());

        var events = folder.Journal().Count;
        await using var again = folder.Sweep("--json");
        await again.ExitsWith(0);
        CheckResults(JsonDocument.Parse(again.Output).RootElement);
        Assert.Equal(events, folder.Journal().Count);
    }

    [Fact]
    public async Task Results_list_and_report_are_read_from_the_journal()
    {
        using var folder = await features.FolderAsync(SweepFolder.Small.Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal));
        await using (var run = folder.Sweep())
            await run.ExitsWith(0);
        await using (var byFolder = Run.Orchestrator(folder.Root, "sweep", "results", "runs"))
            await byFolder.ExitsWith(0);
        await using (var unknown = Run.Orchestrator(folder.Root, "sweep", "results", "nothing"))
        {
            await unknown.ExitsWith(3);
            Assert.Contains("it has small", unknown.Errors, StringComparison.Ordinal);
        }

        await using (var list = Run.Orchestrator(folder.Root, "sweep", "list", "--json"))
        {
            await list.ExitsWith(0);
            Assert.Equal(
                "completed",
                JsonDocument.Parse(list.Output).RootElement.GetProperty("sweeps")[0].GetProperty("state").GetString()
            );
        }

        File.Delete(folder.Data.Report("small"));
        await using var report = Run.Orchestrator(folder.Root, "sweep", "report", "small");
        await report.ExitsWith(0);
        Assert.True(File.Exists(report.Output.Trim()));
    }

    [Fact]
    public async Task A_trial_that_diverges_fails_with_layer_and_step_and_a_sweep_of_only_those_exits_with_1()
    {
        var diverging = SweepFolder.Small.Replace(
            "learning_rate: 1.0e-3",
            "learning_rate: 1.0e6, warmup_epochs: 0, gradient_clip: 1.0e9",
            StringComparison.Ordinal
        );
        using var folder = new SweepFolder(diverging);
        await using var run = folder.Sweep();
        await run.ExitsWith(1);
        var trials = (await folder.Results()).GetProperty("trials").EnumerateArray().ToList();
        Assert.All(
            trials,
            trial =>
            {
                Assert.Equal(("failed", "divergence"), (trial.GetProperty("state").GetString(), trial.GetProperty("cause").GetString()));
                Assert.Equal(2, trial.GetProperty("attempts").GetInt32());
                Assert.False(string.IsNullOrEmpty(trial.GetProperty("layer").GetString()));
                Assert.True(trial.GetProperty("step").GetInt64() > 0);
            }
        );
    }

    [Fact]
    public async Task A_sweep_with_one_good_trial_completes()
    {
        using var folder = await features.FolderAsync(
            """
            name: small
            dataset: digits
            trial:
              flow: { architecture: glow, levels: 2, steps: 2, hidden: 16 }
              training: { epochs: 1, learning_rate: 1.0e-3, warmup_epochs: 0, gradient_clip: 1.0e9 }
            parameters: { training.learning_rate: [1.0e6, 1.0e-3] }
            evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
            retries: { divergence: 0 }
            """
        );
        await using var run = folder.Sweep("--json");
        await run.ExitsWith(0);
        // Nothing but the document on standard output, whatever the cluster says while it starts and stops.
        Assert.Equal(
            ["failed", "completed"],
            JsonDocument
                .Parse(run.Output)
                .RootElement.GetProperty("trials")
                .EnumerateArray()
                .Select(trial => trial.GetProperty("state").GetString())
        );
    }

    static void CheckResults(JsonElement results)
    {
        Assert.Equal("completed", results.GetProperty("sweep").GetProperty("state").GetString());
        foreach (var trial in results.GetProperty("trials").EnumerateArray())
        {
            Assert.Equal("completed", trial.GetProperty("state").GetString());
            Assert.Equal((1, 30), (trial.GetProperty("attempts").GetInt32(), trial.GetProperty("epochs").GetInt32()));
            Assert.True(double.IsFinite(trial.GetProperty("test").GetProperty("bits_per_dim").GetDouble()));
            var evaluation = trial.GetProperty("evaluation");
            Assert.Equal(100, evaluation.GetProperty("samples").GetProperty("n").GetInt32());
            Assert.True(evaluation.GetProperty("samples").GetProperty("fid").GetDouble() >= 0);
            Assert.NotEmpty(evaluation.GetProperty("interpolation").EnumerateObject());
            Assert.Equal(64, trial.GetProperty("checkpoint").GetProperty("sha256").GetString()!.Length);
            Assert.True(File.Exists(Path.Combine(trial.GetProperty("checkpoint").GetProperty("path").GetString()!, "model.safetensors")));
        }
    }

    static async Task<string> Scrape(int port)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
