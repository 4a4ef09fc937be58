using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Monitoring.Tests.Live;

/// <summary>One series of an answer: its labels, and its values by time in seconds.</summary>
sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(double Time, double Value)> Points);

/// <summary>A real Prometheus with the configuration of this repository, asking the given nodes every second.</summary>
sealed class PrometheusServer : IAsyncDisposable
{
    const string Configuration = "monitoring/prometheus/prometheus.yml";

    readonly Run _run;
    readonly HttpClient _http;

    PrometheusServer(Run run, int port) => (_run, _http) = (run, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") });

    public static async Task<PrometheusServer> Start(string folder, IEnumerable<(string Role, string Node, string Target)> targets)
    {
        var port = FreePorts.Row(1);
        var file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, Shortened(targets), TestContext.Current.CancellationToken);
        var run = Run.Start("prometheus", folder, $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}", $"--web.listen-address=127.0.0.1:{port}");
        await run.Wrote("Server is ready to receive web requests");
        return new PrometheusServer(run, port);
    }

    /// <summary>The shipped file, asked more often, with the nodes written down in the place of service discovery, as that would name them.</summary>
    static string Shortened(IEnumerable<(string Role, string Node, string Target)> targets)
    {
        var shipped = File.ReadAllText(Written.At(Configuration)).Replace("15s", "1s", StringComparison.Ordinal).Replace("rules/*", Written.At("monitoring/prometheus/rules/*"), StringComparison.Ordinal);
        var (discovery, labels, others) = (At("    http_sd_configs:"), At("    # A slot's series"), At("  # NVIDIA's DCGM"));
        var nodes = new StringBuilder("    static_configs:\n");
        foreach (var (role, node, target) in targets)
            nodes.Append(CultureInfo.InvariantCulture, $"      - targets: ['{target}']\n        labels: {{ __meta_orchestrator_role: {role}, __meta_orchestrator_node: '{node}#7' }}\n");
        var alerting = (From: shipped.IndexOf("alerting:", StringComparison.Ordinal), To: shipped.IndexOf("scrape_configs:", StringComparison.Ordinal));
        return shipped[..alerting.From] + shipped[alerting.To..discovery] + nodes + shipped[labels..others];

        int At(string line) => shipped.IndexOf(line, StringComparison.Ordinal) is var at and >= 0 ? at : throw new InvalidOperationException($"{Configuration} has no line '{line}'");
    }

    /// <summary>The values of a query second by second.</summary>
    public async Task<IReadOnlyList<Series>> Range(string query, DateTimeOffset from, DateTimeOffset to) => Of(await Ask(string.Create(CultureInfo.InvariantCulture,
        $"query_range?query={Uri.EscapeDataString(query)}&start={from.ToUnixTimeMilliseconds() / 1000.0}&end={to.ToUnixTimeMilliseconds() / 1000.0}&step=1")));

    public async Task<IReadOnlyList<Series>> Now(string query) => Of(await Ask($"query?query={Uri.EscapeDataString(query)}"));

    /// <summary>Every rule: its name, and what is wrong with it.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Type)>> Rules() =>
        [.. (await Ask("rules")).GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Select(rule => (rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!, rule.GetProperty("type").GetString()!))];

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

    static IReadOnlyList<Series> Of(JsonElement data) => [.. data.GetProperty("result").EnumerateArray().Select(series => new Series(
        series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
        [.. (series.TryGetProperty("values", out var values) ? values.EnumerateArray() : new[] { series.GetProperty("value") }.AsEnumerable()).Select(Point)]))];

    static (double, double) Point(JsonElement pair) => (pair[0].GetDouble(), pair[1].GetString() switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var number => double.Parse(number!, CultureInfo.InvariantCulture),
    });
}
