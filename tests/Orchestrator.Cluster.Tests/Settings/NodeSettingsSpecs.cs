using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Npgsql;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.Cluster.Tests.Settings;

public sealed class NodeSettingsSpecs
{
    const string Postgres = "Host=db;Database=orchestrator;Username=u;Password=hunter2";

    [Theory]
    [InlineData("", "role: none given")]
    [InlineData("role=boss", "role (from file): expected coordinator, worker or evaluator, found 'boss'")]
    [InlineData(
        "role=coordinator,coordinators=2",
        "coordinators (from file): 2 is refused: of two coordinators the one that survives is no majority"
    )]
    [InlineData("role=coordinator,coordinators=3,seed=a:1;b:1", "journal (from default): SQLite is one file that one process writes")]
    [InlineData("role=coordinator,coordinators=3,journal=" + Postgres, "seed (from default): none given")]
    [InlineData("role=worker", "seed (from default): none given")]
    [InlineData("role=worker,seed=a:1", "seed (from file): a:1 alone is not enough")]
    [InlineData("role=worker,seed=a:1;b", "seed (from file): expected host:port, found 'b'")]
    [InlineData("role=worker,seed=a:1;b:1,seed-dns=c:1", "seed-dns (from file): given together with 'seed'")]
    [InlineData("role=coordinator,host=0.0.0.0", "host (from file): 0.0.0.0 is not loopback")]
    [InlineData("role=coordinator,host=node-1.example", "host (from file): node-1.example is not loopback")]
    [InlineData("role=coordinator,tls.key=k", "tls.authority, tls.certificate: not set")]
    [InlineData(
        "role=coordinator,tls.key=/none/k,tls.certificate=/none/c,tls.authority=/none/a",
        "tls: /none/a, /none/c and /none/k cannot be used"
    )]
    [InlineData(
        "role=coordinator,http.tls.key=k",
        "http.tls.certificate: not set, but TLS needs http.tls.certificate, http.tls.key together"
    )]
    [InlineData("role=coordinator,http.tls.key=/none/k,http.tls.certificate=/none/c", "http.tls: /none/c and /none/k cannot be used")]
    [InlineData("role=coordinator,port=x", "port (from file): expected a whole number from 0 to 65535, found 'x'")]
    [InlineData("role=coordinator,port=65536", "port (from file): expected a whole number from 0 to 65535, found '65536'")]
    [InlineData("role=coordinator,port=-1", "port (from file): expected a whole number from 0 to 65535, found '-1'")]
    [InlineData(
        "role=coordinator,http.port=99999999999",
        "http.port (from file): expected a whole number from 0 to 65535, found '99999999999'"
    )]
    [InlineData("role=coordinator,public-port=0", "public-port (from file): expected a whole number from 1 to 65535, found '0'")]
    [InlineData("role=coordinator,public-port=70000", "public-port (from file): expected a whole number from 1 to 65535, found '70000'")]
    [InlineData("role=coordinator,host=http://here", "host (from file): expected an address or a name, found 'http://here'")]
    [InlineData("role=coordinator,public-host=a b", "public-host (from file): expected an address or a name, found 'a b'")]
    [InlineData(
        "role=coordinator,http.host=127.0.0.1:8080",
        "http.host (from file): expected an address or a name, found '127.0.0.1:8080'"
    )]
    [InlineData("role=worker,seed=a b:1;b:1", "seed (from file): expected host:port, found 'a b:1'")]
    [InlineData("role=worker,seed=a:65536;b:1", "seed (from file): expected host:port, found 'a:65536'")]
    [InlineData("role=coordinator,data-dir=~somebody/runs", "data-dir (from file): '~somebody/runs': only a shell knows")]
    [InlineData("role=coordinator,gpu-fraction=2", "gpu-fraction (from file): expected a number above 0 and at most 1, found '2'")]
    [InlineData("role=coordinator,journal=nonsense", "journal (from file): expected sqlite or a PostgreSQL connection string")]
    [InlineData("role=coordinator,log-level=loud", "log-level (from file): expected DEBUG")]
    public void What_cannot_work_is_refused_with_the_reason(string settings, string message) =>
        Assert.StartsWith(message, Assert.Throws<NodeSettingException>(() => Checked(settings)).Message);

    [Theory]
    [InlineData("role=coordinator,host=0.0.0.0,insecure=true")]
    [InlineData("role=coordinator,host=localhost")]
    [InlineData("role=coordinator,host=::1")]
    [InlineData("role=coordinator;worker;evaluator")]
    [InlineData("role=coordinator,coordinators=3,seed=a:1;b:1,journal=" + Postgres)]
    [InlineData("role=worker,seed-dns=coordinators.example:4053")]
    public void What_can_work_is_taken(string settings) => Checked(settings);

    [Fact]
    public void A_leading_tilde_is_the_home_folder() =>
        Assert.Equal(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "runs"),
            Checked("role=coordinator,data-dir=~/runs").Folder.Root
        );

    [Fact]
    public void A_path_that_SQLite_cannot_open_is_refused()
    {
        var settings = $"role=coordinator,data-dir=/tmp/{new string('d', 600)}";
        Assert.StartsWith(
            "data-dir (from file): the path of the data folder is too long for its journal",
            Assert.Throws<NodeSettingException>(() => Checked(settings)).Message
        );
        Assert.StartsWith("/tmp", Checked(settings + ",journal=" + Postgres).Folder.Root);
    }

    [Theory]
    [InlineData("port=IN_USE", "port (from file): IN_USE is in use on 127.0.0.1")]
    [InlineData("port=0,http.port=IN_USE", "http.port (from file): IN_USE is in use on 127.0.0.1")]
    [InlineData("port=0,http.port=IN_USE,http.host=localhost", "http.port (from file): IN_USE is in use on localhost")]
    [InlineData("port=0,http.port=IN_USE,http.host=*", "http.port (from file): IN_USE is in use on *")]
    [InlineData("port=4999,http.port=4999", "http.port (from file): 4999 is the port for other nodes too")]
    [InlineData("port=0,host=192.0.2.1,insecure=true", "host (from file): '192.0.2.1' is no address of this machine")]
    [InlineData("port=0,host=nowhere.invalid,insecure=true", "host (from file): 'nowhere.invalid' is no name that this machine knows")]
    [InlineData("port=0,http.port=0,http.host=192.0.2.1", "http.host (from file): '192.0.2.1' is no address of this machine")]
    [InlineData("port=0,http.port=0,http.host=2001:db8::1", "http.host (from file): '2001:db8::1' is no address of this machine")]
    [InlineData(
        "port=0,http.port=0,http.host=nowhere.invalid",
        "http.host (from file): 'nowhere.invalid' is no name that this machine knows"
    )]
    public void Where_nobody_can_listen_the_setting_to_blame_is_named(string settings, string message)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var plan = Checked($"role=coordinator,{settings.Replace("IN_USE", port, StringComparison.Ordinal)}");
        Assert.StartsWith(
            message.Replace("IN_USE", port, StringComparison.Ordinal),
            Assert.Throws<NodeSettingException>(plan.CheckListening).Message
        );
    }

    [Theory]
    [InlineData("port=0,http.port=0")]
    [InlineData("port=0,http.port=0,http.host=localhost")]
    [InlineData("port=0,http.port=0,http.host=*")]
    [InlineData("port=0,http.port=0,host=localhost")]
    public void Where_it_can_be_listened_on_nothing_is_said(string settings) => Checked($"role=coordinator,{settings}").CheckListening();

    [Fact]
    public void The_password_is_shown_nowhere()
    {
        var journal = new PostgresJournal(Postgres);

        Assert.DoesNotContain("hunter2", journal.Masked);
        Assert.DoesNotContain("hunter2", journal.ToString());
        Assert.Contains("hunter2", journal.Hocon);
    }

    /// <summary>A coordinator that takes over would otherwise find out itself that the connections it kept were lost in a restart of the
    /// database.</summary>
    [Theory]
    [InlineData(Postgres, "Keepalive=5")]
    [InlineData(Postgres + ";Keepalive=30", "Keepalive=30")]
    [InlineData(Postgres + ";Application Name=keepalive timeout", "Keepalive=5")]
    public void Kept_connections_to_the_database_are_tried_now_and_then(string connection, string expected) =>
        Assert.Contains(expected, new PostgresJournal(connection).Hocon, StringComparison.Ordinal);

    /// <summary>A database that is restarting must be seen soon.</summary>
    [Theory]
    [InlineData(Postgres, 5, 10)]
    [InlineData(Postgres + ";Application Name=timeout", 5, 10)]
    [InlineData(Postgres + ";Command Timeout=60", 5, 60)]
    [InlineData(Postgres + ";Timeout=20", 20, 10)]
    public void The_database_has_to_answer_within_what_is_asked_for(string connection, int seconds, int commandSeconds)
    {
        var plugin = ConfigurationFactory.ParseString(new PostgresJournal(connection).Hocon);
        var options = new NpgsqlConnectionStringBuilder(plugin.GetString("akka.persistence.journal.sql.connection-string"));
        Assert.Equal((seconds, commandSeconds), (options.Timeout, options.CommandTimeout));
    }

    /// <summary>A coordinator that is stopped in the middle of a write must not hold its sequence number for long.</summary>
    [Theory]
    [InlineData(Postgres, "-c idle_in_transaction_session_timeout=5s")]
    [InlineData(Postgres + ";Options=-c work_mem=8MB", "-c work_mem=8MB")]
    public void The_database_ends_a_write_that_nobody_goes_on_with(string connection, string expected)
    {
        var plugin = ConfigurationFactory.ParseString(new PostgresJournal(connection).Hocon);
        Assert.Equal(
            expected,
            new NpgsqlConnectionStringBuilder(plugin.GetString("akka.persistence.journal.sql.connection-string")).Options
        );
    }

    [Fact]
    public async Task Only_a_worker_has_training_slots_and_only_an_evaluator_evaluates()
    {
        var options = await Options("role=worker,seed=a:1;b:1,slots=3");
        Assert.Equal((3, 0, false), (options.Workers.Length, options.Evaluators.Length, options.IsCoordinator));
        Assert.Null(options.Journal);

        options = await Options("role=coordinator;evaluator,evaluators=2");
        Assert.Equal((0, 2, true), (options.Workers.Length, options.Evaluators.Length, options.IsCoordinator));
    }

    [Fact]
    public async Task Devices_narrow_the_GPUs_of_a_node()
    {
        var machine = new DeviceInventory(
            [.. Enumerable.Range(0, 4).Select(number => new CudaDevice(number, $"GPU-{number}", "NVIDIA H100", null))],
            Cores: 8
        );
        var settings = Checked("role=worker,seed=a:1;b:1,gpu-fraction=0.5,devices=GPU-3");
        var options = await settings.ToOptionsAsync(machine, FakeLauncher.None, TestContext.Current.CancellationToken);
        Assert.Equal(["GPU-3", "GPU-3"], options.Workers.Select(slot => slot.Cuda!.Uuid));
        var refusal = await Assert.ThrowsAsync<NodeSettingException>(() =>
            settings.ToOptionsAsync(new DeviceInventory([], Cores: 8), FakeLauncher.None, TestContext.Current.CancellationToken)
        );
        Assert.Equal("devices (from file): 'GPU-3' is no GPU here: there is none", refusal.Message);
    }

    [Fact]
    public async Task Seeds_become_addresses_of_the_cluster() =>
        Assert.Equal(["akka.tcp://orchestrator@a:1", "akka.tcp://orchestrator@b:2"], (await Options("role=worker,seed=a:1;b:2")).Seeds);

    [Fact]
    public async Task Seeds_may_be_the_addresses_of_a_name() =>
        Assert.Contains("akka.tcp://orchestrator@127.0.0.1:7", (await Options("role=worker,seed-dns=localhost:7")).Seeds);

    static Task<NodeOptions> Options(string settings) =>
        Checked(settings).ToOptionsAsync(new DeviceInventory([], Cores: 8), FakeLauncher.None, TestContext.Current.CancellationToken);

    // With semicolons between the values of a list.
    static NodeSettings Checked(string settings) =>
        NodeSettings.From(
            new LayeredSettings().WithFile(
                "file",
                string.Join(
                    '\n',
                    settings
                        .Split(',')
                        .Select(line =>
                            line.StartsWith("role", StringComparison.Ordinal) || line.StartsWith("seed=", StringComparison.Ordinal)
                                ? line.Replace(';', ',')
                                : line
                        )
                )
            ),
            TimeProvider.System
        );
}
