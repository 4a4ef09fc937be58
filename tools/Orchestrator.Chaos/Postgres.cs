using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Chaos;

/// <summary>A PostgreSQL server of the harness's own, which can be ended and started again.</summary>
sealed class Postgres : IAsyncDisposable
{
    const string User = "orchestrator";
    readonly string _folder,
        _host;
    readonly int _port;

    Postgres(string folder, string host, int port)
    {
        _folder = folder;
        _host = host;
        _port = port;
    }

    public string ConnectionString => $"Host={_host};Port={_port};Database=postgres;Username={User}";

    /// <exception cref="ChaosException">PostgreSQL is not installed.</exception>
    public static async Task<Postgres> StartAsync(string host)
    {
        // Beside the run's folder, which may be closed to the user that the server runs as.
        var folder = Directory.CreateTempSubdirectory("chaos-postgres-").FullName;
        using (var free = new TcpListener(IPAddress.Parse(host), 0))
        {
            free.Start();
            var server = new Postgres(folder, host, ((IPEndPoint)free.LocalEndpoint).Port);
            free.Stop();
            // The server refuses to run as root.
            if (Environment.UserName == "root")
                await Shell.RunAsync("chown", "postgres", folder);
            await Run("initdb", "-D", server.Data, "-A", "trust", "-U", User, "--no-sync");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "hba"),
                $"host all all 0.0.0.0/0 trust{Environment.NewLine}local all all trust{Environment.NewLine}"
            );
            await server.BeginAsync();
            return server;
        }
    }

    /// <summary>As a crash: nothing is finished, all connections break.</summary>
    public Task CrashAsync() => Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    public Task BeginAsync() =>
        Run(
            "pg_ctl",
            "-D",
            Data,
            "-w",
            "-l",
            Path.Combine(_folder, "log"),
            "-o",
            string.Create(
                CultureInfo.InvariantCulture,
                $"-p {_port} -h {_host} -k {_folder} -c hba_file={_folder}/hba -c max_connections=200"
            ),
            "start"
        );

    public async ValueTask DisposeAsync()
    {
        await TryStop();
        Directory.Delete(_folder, recursive: true);
    }

    string Data => Path.Combine(_folder, "data");

    async Task TryStop()
    {
        try
        {
            await Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        }
        catch (ChaosException)
        {
            // it had ended already
        }
    }

    static Task Run(string tool, params IEnumerable<string> arguments)
    {
        var program = Tool(tool);
        // pg_ctl's child keeps our pipes open: its output goes to its log alone.
        var line = string.Join(' ', arguments.Prepend(program).Select(argument => $"'{argument}'")) + " >/dev/null 2>&1 </dev/null";
        return Environment.UserName == "root"
            ? Shell.RunAsync("su", "postgres", "-s", "/bin/sh", "-c", line)
            : Shell.RunAsync("/bin/sh", "-c", line);
    }

    static string Tool(string name) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .OrderDescending(StringComparer.Ordinal)
                .Select(version => Path.Combine(version, "bin", name))
                .FirstOrDefault(File.Exists)
                ?? throw new ChaosException("PostgreSQL's server is not installed (package postgresql)")
            : name;
}
