using System.Globalization;

namespace Orchestrator.EndToEnd.Tests.Nodes;

/// <summary>
/// Node processes of this machine that talk by mutual TLS; node i listens on the i-th port of a row, its HTTP endpoint on one of a second
/// row.
/// </summary>
sealed class TlsCluster(int most, string folder) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    readonly int _ports = FreePorts.Row(2 * most);
    readonly HttpClient _http = new();
    readonly List<Run> _runs = [];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestAuthority Authority { get; } = new();

    public int Port(int node) => _ports + node;

    public string Server(int node) => $"http://127.0.0.1:{_ports + most + node}";

    /// <param name="seeds">Numbers of nodes.</param>
    public Run Start(int node, string role, int[] seeds, params string[] more)
    {
        var (certificate, key) = Authority.Issue($"node-{node}");
        var run = Run.Orchestrator(
            folder,
            [
                "node",
                "start",
                "--role",
                role,
                "--data-dir",
                "runs",
                "--port",
                Text(Port(node)),
                "--http-port",
                Text(_ports + most + node),
                "--tls-authority",
                Authority.AuthorityFile,
                "--tls-certificate",
                certificate,
                "--tls-key",
                key,
                .. seeds.SelectMany(seed => new[] { "--seed", $"127.0.0.1:{Port(seed)}" }),
                .. more,
            ]
        );
        _runs.Add(run);
        return run;
    }

    /// <summary>Waits until a node sees so many members up, and no others.</summary>
    public async Task SeesAsync(int node, int members) =>
        await UntilAsync(async () =>
            await MetricAsync(node, "orchestrator_cluster_members{status=\"up\"}") == members
            && await MetricAsync(node, "orchestrator_cluster_unreachable_members") == 0
        );

    public Task UntilAsync(Func<Task<bool>> happened) =>
        Eventually.TrueAsync(happened, Patience, () => string.Join('\n', _runs.Select((run, index) => $"=== run {index}\n{run}")));

    /// <summary>Sum of the series that start so; null where the node does not answer.</summary>
    public async Task<double?> MetricAsync(int node, string series)
    {
        try
        {
            var text = await _http.GetStringAsync(new Uri($"{Server(node)}/metrics"), Cancel);
            return text.Split('\n')
                .Where(line => line.StartsWith(series, StringComparison.Ordinal))
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
            await run.DisposeAsync();
        _http.Dispose();
        Authority.Dispose();
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
