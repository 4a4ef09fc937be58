using System.Globalization;

namespace Orchestrator.TestKit;

/// <summary>A PostgreSQL server of its own in a temporary folder, gone with its data at the end.</summary>
public sealed class TemporaryPostgres : IAsyncDisposable
{
    const string User = "orchestrator";
    static readonly string Binaries = Directory.Exists("/usr/lib/postgresql")
        ? Directory
            .EnumerateDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
            .Max()
            ?? ""
        : "";

    readonly TemporaryFolder _directory = new();
    readonly string _port = FreePorts.Row(1).ToString(CultureInfo.InvariantCulture);

    public static async Task<TemporaryPostgres> Start()
    {
        Needs.Require(Binaries.Length > 0, "PostgreSQL is not installed; ./tests/run.sh installs it (package postgresql)");
        var server = new TemporaryPostgres();
        // The server refuses to run as root; the package has made a user for it.
        if (Environment.IsPrivilegedProcess)
            await server.Do("chown", "postgres", server._directory.Path);
        await server.AsServer("initdb", "-D", server.Data, "-U", User, "-A", "trust", "--no-sync");
        await server.AsServer(
            "pg_ctl",
            "-D",
            server.Data,
            "-w",
            "-l",
            server._directory.At("log"),
            "-o",
            $"-p {server._port} -h 127.0.0.1 -k {server._directory.Path} -c fsync=off",
            "start"
        );
        return server;
    }

    /// <summary>Of a database that need not exist yet.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Database={database};Username={User}";

    /// <summary>For <c>env</c>: where PostgreSQL's tools are and which server they talk to.</summary>
    public string[] Variables =>
        [$"PATH={Binaries}:{Environment.GetEnvironmentVariable("PATH")}", "PGHOST=127.0.0.1", $"PGPORT={_port}", $"PGUSER={User}"];

    public async ValueTask DisposeAsync()
    {
        await AsServer("pg_ctl", "-D", Data, "-m", "immediate", "stop");
        _directory.Dispose();
    }

    string Data => _directory.At("data");

    Task AsServer(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? Do("runuser", ["-u", "postgres", "--", Path.Combine(Binaries, program), .. arguments])
            : Do(Path.Combine(Binaries, program), arguments);

    // Its output goes nowhere: a server started by pg_ctl keeps the pipe open.
    async Task Do(string program, params string[] arguments)
    {
        await using var run = Run.Start(
            "bash",
            _directory.Path,
            ["-c", "\"$@\" >output 2>&1 </dev/null || { cat output; exit 1; }", "bash", program, .. arguments]
        );
        await run.ExitsWith(0);
    }
}
