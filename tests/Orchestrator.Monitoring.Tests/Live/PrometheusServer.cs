using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Monitoring.Tests.Live;

/// <summary>One series of an answer: its labels, and its values by time in seconds.</summary>
sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(double Time, double Value)> Points);

/// <summary>A real Prometheus with the configuration of this repository, which learns from a coordinator whom to ask.</summary>
sealed partial class PrometheusServer : IAsyncDisposable
{
    const string Configuration = "monitoring/prometheus/prometheus.yml",
        ShippedCoordinator = "coordinator-1:8080";

    readonly Run _run;
    readonly HttpClient _http;

    PrometheusServer(Run run, int port) =>
        (_run, _http) = (run, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") });

    public static Task<PrometheusServer> Start(string folder, string coordinator) => StartWith(folder, Shortened(coordinator));

    /// <summary>Asks one process alone, every second, and beside it what is listed as DCGM's exporters.</summary>
    /// <param name="process">Address of its metrics.</param>
    /// <param name="dcgm">Of the exporter.</param>
    public static async Task<PrometheusServer> StartWithDcgm(string folder, string process, string dcgm)
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "dcgm.targets.yml"),
            $"- targets: ['{dcgm}']\n",
            TestContext.Current.CancellationToken
        );
        var shipped = File.ReadAllText(Checkout.File(Configuration));
        return await StartWith(
            folder,
            $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: orchestrator
                honor_labels: true
                static_configs: [{ targets: ['{{process}}'], labels: { node: here, role: worker } }]
            {{shipped[shipped.IndexOf("  # NVIDIA's DCGM", StringComparison.Ordinal)..]}}
            """
        );
    }

    static async Task<PrometheusServer> StartWith(string folder, string configuration)
    {
        var port = FreePorts.Row(1);
        var file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);
        var run = Run.Start(
            "prometheus",
            folder,
            $"--config.file={file}",
            $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}",
            $"--web.listen-address=127.0.0.1:{port}"
        );
        await run.Wrote("Server is ready to receive web requests");
        return new PrometheusServer(run, port);
    }

    /// <summary>The shipped file for a cluster of one coordinator, asked every second, with nobody to tell of alerts and no GPUs.</summary>
    static string Shortened(string coordinator)
    {
        var shipped = File.ReadAllText(Checkout.File(Configuration));
        Assert.Contains($"http://{ShippedCoordinator}/sd/prometheus", shipped, StringComparison.Ordinal);
        shipped = OtherCoordinators()
            .Replace(shipped, "")
            .Replace(ShippedCoordinator, coordinator, StringComparison.Ordinal)
            .Replace("15s", "1s", StringComparison.Ordinal)
            .Replace("rules/*", Checkout.File("monitoring/prometheus/rules/*"), StringComparison.Ordinal);
        var (alerting, scraping, others) = (At("alerting:"), At("scrape_configs:"), At("  # NVIDIA's DCGM"));
        return shipped[..alerting] + shipped[scraping..others];

        int At(string line) =>
            shipped.IndexOf(line, StringComparison.Ordinal) is var at and >= 0
                ? at
                : throw new InvalidOperationException($"{Configuration} has no line '{line}'");
    }

    /// <summary>The values of a query second by second.</summary>
    public async Task<IReadOnlyList<Series>> Range(string query, DateTimeOffset from, DateTimeOffset to) =>
        Of(
            await Ask(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"query_range?query={Uri.EscapeDataString(query)}&start={Seconds(from)}&end={Seconds(to)}&step=1"
                )
            )
        );

    static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    public async Task<IReadOnlyList<Series>> Now(string query) => Of(await Ask($"query?query={Uri.EscapeDataString(query)}"));

    /// <summary>Every rule: its name, and what is wrong with it.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Type)>> Rules() =>
        [
            .. (await Ask("rules"))
                .GetProperty("groups")
                .EnumerateArray()
                .SelectMany(group => group.GetProperty("rules").EnumerateArray())
                .Select(rule =>
                    (rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!, rule.GetProperty("type").GetString()!)
                ),
        ];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _run.DisposeAsync();
    }

    async Task<JsonElement> Ask(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{Uri.UnescapeDataString(path)}: {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("data");
    }

    static IReadOnlyList<Series> Of(JsonElement data) =>
        [
            .. data.GetProperty("result")
                .EnumerateArray()
                .Select(series => new Series(
                    series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
                    [
                        .. (
                            series.TryGetProperty("values", out var values)
                                ? values.EnumerateArray()
                                : new[] { series.GetProperty("value") }.AsEnumerable()
                        ).Select(Point),
                    ]
                )),
        ];

    static (double, double) Point(JsonElement pair) =>
        (
            pair[0].GetDouble(),
            pair[1].GetString() switch
            {
                "NaN" => double.NaN,
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                var number => double.Parse(number!, CultureInfo.InvariantCulture),
            }
        );

    [GeneratedRegex(@" *- url: http://coordinator-[^1].*\n *refresh_interval.*\n")]
    private static partial Regex OtherCoordinators();
}
