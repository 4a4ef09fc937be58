using System.Text;
using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Training.Network;

namespace Orchestrator.Remote;

/// <summary>Talks to a running cluster through the HTTP API of its coordinators: the first one that answers.</summary>
sealed class CoordinatorClient : IDisposable
{
    const string Yaml = "application/yaml";

    static readonly DirectLoopback Proxy = new();

    readonly Uri[] _servers;

    // The coordinator itself waits for the active one; more than that means nobody is there.
    // An answer that sends us elsewhere is not followed: what is asked for is at the address that was given.
    readonly HttpClient _http = new(new SocketsHttpHandler { Proxy = Proxy, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(45),
        DefaultRequestHeaders = { Authorization = ServerToken.FromEnvironment() },
    };

    /// <param name="servers">Addresses of coordinators, with commas between them.</param>
    /// <param name="allowPlain">A token may be sent to another machine without TLS.</param>
    /// <exception cref="CommandException">One is no address, or would get the token in plain HTTP (2).</exception>
    public CoordinatorClient(string servers, bool allowPlain)
    {
        _servers = [.. servers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Address)];
        if (_servers.Length == 0)
            throw new CommandException(ExitCode.BadCall, $"--server: expected http://host:port, found '{servers}'");
        if (_http.DefaultRequestHeaders.Authorization is not null && !allowPlain)
            Array.ForEach(_servers, ServerToken.RefusePlain);
    }

    public void Dispose() => _http.Dispose();

    public Task<string> SubmitAsync(string file, CancellationToken cancel) => Post("api/sweeps/", file, Yaml, cancel);

    /// <param name="file">The changed sweep file.</param>
    /// <param name="query">From the question mark on; empty for none.</param>
    public Task<string> ApplyAsync(string sweep, string file, string query, CancellationToken cancel) =>
        Post($"{At(sweep)}/apply{query}", file, Yaml, cancel);

    public Task<string> ListAsync(CancellationToken cancel) => Get("api/sweeps/", cancel);

    public Task<string> ResultsAsync(string sweep, CancellationToken cancel) => Get($"{At(sweep)}/results", cancel);

    /// <param name="by">What the cost of all sweeps is told by; null for the sum alone.</param>
    public Task<string> CostAsync(string? by, CancellationToken cancel) =>
        Get(by is null ? "api/cost" : $"api/cost?by={Uri.EscapeDataString(by)}", cancel);

    /// <param name="what">What of the sweep, from the slash after its name on; empty for the sweep itself.</param>
    public Task<string> GetAsync(string sweep, string what, CancellationToken cancel) => Get($"{At(sweep)}{what}", cancel);

    /// <param name="verb">pause, resume, stop, set, retry or fork; with the question mark and what follows, where the verb takes
    /// that.</param>
    /// <param name="body">JSON, where the verb takes any.</param>
    public Task<string> AskAsync(string sweep, string verb, string? body, CancellationToken cancel) =>
        Post($"{At(sweep)}/{verb}", body, "application/json", cancel);

    /// <param name="query">From the question mark on; empty for none.</param>
    public Task<string> DeleteAsync(string sweep, string query, CancellationToken cancel) =>
        Send(server => new HttpRequestMessage(HttpMethod.Delete, new Uri(server, At(sweep) + query)), cancel);

    /// <inheritdoc cref="DeleteAsync"/>
    public Task<string> PruneAsync(string body, string query, CancellationToken cancel) =>
        Post($"api/sweeps/prune{query}", body, "application/json", cancel);

    static string At(string sweep) => $"api/sweeps/{Uri.EscapeDataString(sweep)}";

    Task<string> Post(string path, string? body, string type, CancellationToken cancel) =>
        Send(
            server => new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
            {
                Content = body is null ? null : new StringContent(body, Encoding.UTF8, type),
            },
            cancel
        );

    Task<string> Get(string path, CancellationToken cancel) =>
        Send(server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, path)), cancel);

    async Task<string> Send(Func<Uri, HttpRequestMessage> request, CancellationToken cancel)
    {
        var failures = new List<string>();
        foreach (var server in _servers)
        {
            try
            {
                using var message = request(server);
                using var response = await _http.SendAsync(message, cancel);
                var text = await response.Content.ReadAsStringAsync(cancel);
                if (response.IsSuccessStatusCode)
                    return text;
                if ((int)response.StatusCode is >= 300 and < 400)
                {
                    var why = $"it sends callers on to {response.Headers.Location}; name that address, if it is a coordinator's";
                    throw new CommandException(ExitCode.BadCall, $"--server: {Proxy.Failed(server, why)}");
                }

                if ((int)response.StatusCode < 500)
                    throw new CommandException((int)response.StatusCode == 404 ? ExitCode.NotFound : ExitCode.BadCall, Detail(text));
                failures.Add(
                    Proxy.Failed(
                        server,
                        Detail(text) is { Length: > 0 } detail ? detail : $"{(int)response.StatusCode} {response.ReasonPhrase}"
                    )
                );
            }
            catch (Exception error)
                when (error is HttpRequestException || (error is TaskCanceledException && !cancel.IsCancellationRequested))
            {
                failures.Add(Proxy.Failed(server, error.Message));
            }
        }

        throw new CommandException(ExitCode.NoCoordinator, $"no coordinator answers:\n  {string.Join("\n  ", failures)}");
    }

    static Uri Address(string server) =>
        Uri.TryCreate(server.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CommandException(ExitCode.BadCall, $"--server: expected http://host:port, found '{server}'");

    static string Detail(string problem)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(problem, OrchestratorJson.Compact)?.Detail ?? problem;
        }
        catch (JsonException)
        {
            return problem;
        }
    }

    sealed record Problem(string? Detail);
}
