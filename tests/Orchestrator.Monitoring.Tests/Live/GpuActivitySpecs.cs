using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboards;

namespace Orchestrator.Monitoring.Tests.Live;

/// <summary>What NVIDIA's DCGM exporter tells of each GPU, by the trial that runs there. There is no GPU: the driver's tool is a stand-in,
/// and the exporter's answer has the form of a recorded one.</summary>
[Trait("Needs", "process")]
public sealed class GpuActivitySpecs
{
    const string Sweep = """
        name: on-gpus
        dataset: digits
        trial:
          flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
          training: { epochs: 100000, batch_size: 64, learning_rate: 1.0e-3 }
        parameters: { replicate: [1, 2, 3] }
        resources: { gpu_fraction: 0.5 }
        """;

    const string Recorded = "tests/Orchestrator.Monitoring.Tests/Live/dcgm.prom";

    [Fact]
    public async Task Each_panel_joins_the_exporters_figures_to_sweep_and_trial_by_the_GPUs_UUID()
    {
        Needs.Program("prometheus", "prometheus");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "sweep.yaml"), Sweep, TestContext.Current.CancellationToken);
        var driver = StandInDriver.Write(folder.Path, StandInGpu.H100s(2));
        var port = FreePorts.Row(2);
        await using var exporter = await Exporter(port + 1);
        await using var run = Run.Start(
            "env",
            folder.Path,
            $"PATH={driver}:{Environment.GetEnvironmentVariable("PATH")}",
            Checkout.Program,
            "sweep",
            "run",
            "sweep.yaml",
            "--metrics-port",
            port.ToString(CultureInfo.InvariantCulture)
        );
        await run.Wrote("2 × NVIDIA H100 80GB HBM3: 4 slots, 1 evaluator");
        await using var prometheus = await PrometheusServer.StartWithDcgm(folder.Path, Local(port), Local(port + 1));

        // Three trials: two of them share a GPU.
        await Shows(prometheus, "Tensor cores at work, by trial", run, first: 0.4312, second: 0.0001);
        await Shows(prometheus, "GPU memory, by trial", run, first: 20480.0 * (1 << 20), second: 4.0 * (1 << 20));
        await Shows(prometheus, "GPU power, by trial", run, first: 412.337, second: 96.25);
        run.Kill();
    }

    /// <param name="first">What the exporter tells of the first GPU, in the panel's unit.</param>
    static async Task Shows(PrometheusServer prometheus, string panel, Run run, double first, double second)
    {
        var query = Dashboard
            .All.SelectMany(dashboard => dashboard.Panels)
            .Single(found => found.Title == panel)
            .Queries.Single()
            .Expression.Replace("$node", ".*", StringComparison.Ordinal);
        IReadOnlyList<Series> answer = [];
        await Eventually.TrueAsync(
            async () => (answer = await prometheus.Now(query)).Count == 3,
            TimeSpan.FromMinutes(1),
            () => $"{query}\n{run}"
        );
        Assert.Equal(["0001", "0002", "0003"], answer.Select(series => series.Labels["trial"]).Order());
        Assert.Equal(2, answer.Select(series => series.Labels["gpu_uuid"]).Distinct().Count());
        Assert.All(
            answer,
            series =>
            {
                Assert.Equal("on-gpus", series.Labels["sweep"]);
                Assert.Equal(series.Labels["gpu_uuid"] == "GPU-00aa" ? first : second, series.Points[0].Value, 6);
            }
        );
    }

    static async Task<WebApplication> Exporter(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{Local(port)}");
        var exporter = builder.Build();
        exporter.Run(context => context.Response.SendFileAsync(Checkout.File(Recorded)));
        await exporter.StartAsync(TestContext.Current.CancellationToken);
        return exporter;
    }

    static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
