using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Attack;

/// <summary>A node of its own on loopback, with a large sweep of which one trial trains all the time.</summary>
sealed class Target : IAsyncDisposable
{
    public const int Trials = 2000;
    public const string Sweep = "target";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly DirectoryInfo _folder;

    Target(Process process, DirectoryInfo folder, string program, int port)
    {
        (_process, _folder, Program, Port) = (process, folder, program, port);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public string Program { get; }

    public int Port { get; }

    public HttpClient Http { get; }

    public Uri Address => Http.BaseAddress!;

    public bool IsAlive => !_process.HasExited;

    /// <summary>Resident memory of the node, in bytes.</summary>
    public long Memory => Child.Memory(_process.Id, "VmRSS");

    public static async Task<Target> StartAsync(string program, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("attack-");
        var (port, http) = (FreePort(), FreePort());
        var start = new ProcessStartInfo(
            program,
            [
                "node",
                "start",
                "--role",
                "coordinator",
                "--role",
                "worker",
                "--slots",
                "1",
                "--data-dir",
                Path.Combine(folder.FullName, "data"),
                "--port",
                Text(port),
                "--http-port",
                Text(http),
            ]
        )
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var target = new Target(process, folder, program, http);
        await target.UntilAsync(() => target.AnswersAsync("/readyz", cancel), cancel);
        using var submitted = await target.Http.PostAsync("/api/sweeps", new StringContent(SweepFile, Encoding.UTF8), cancel);
        submitted.EnsureSuccessStatusCode();
        await target.UntilAsync(() => Task.FromResult(target.Epochs() > 2), cancel);
        return target;
    }

    /// <summary>Epochs per second over a while: read from the trial's own file, which no attack is in the way of.</summary>
    public async Task<double> SpeedAsync(TimeSpan time, CancellationToken cancel)
    {
        var (before, began) = (Epochs(), Stopwatch.StartNew());
        await Task.Delay(time, cancel);
        return (Epochs() - before) / began.Elapsed.TotalSeconds;
    }

    public async Task<bool> AnswersAsync(string path, CancellationToken cancel)
    {
        try
        {
            using var answer = await Http.GetAsync(path, cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    static string SweepFile =>
        $$"""
            name: {{Sweep}}
            dataset: digits
            trial: { flow: { levels: 1, steps: 1, hidden: 8 }, training: { epochs: 100000, batch_size: 256 } }
            parameters: { replicate: [{{string.Join(", ", Enumerable.Range(1, Trials))}}] }
            """;

    int Epochs()
    {
        var file = Path.Combine(_folder.FullName, "data", "sweeps", Sweep, "trials", "0001", "attempt-1", "metrics.jsonl");
        return File.Exists(file) ? File.ReadLines(file).Count() : 0;
    }

    async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancel)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); )
        {
            if (waited.Elapsed > Patience || _process.HasExited)
                throw new InvalidOperationException("the node did not start, or does not train");
            await Task.Delay(200, cancel);
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
