using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary><c>doctor</c>: each thing that a machine may lack, provoked, and what it says of it.</summary>
public sealed class DoctorSpecs
{
    static readonly string[] Checks =
    [
        "devices",
        "libtorch",
        "data set digits",
        "data set fashion-mnist",
        "data set mnist",
        "data set kmnist",
        "data set cifar10",
        "weights",
        "port",
        "http.port",
        "database",
        "data folder",
        "disk",
        "clock",
        "memory",
        "cores",
        "open files",
        "user processes",
    ];

    /// <summary>A driver's tool that knows one GPU.</summary>
    const string Gpu =
        "printf '#!/bin/sh\ncase \"$1\" in *driver*) echo 550.54.15;; *) echo 0, GPU-1, NVIDIA H100, 81559, Disabled;; esac\n' > nvidia-smi; "
        + "chmod +x nvidia-smi; export PATH=\"$PWD:$PATH\"; ";

    [Fact]
    public async Task Its_json_has_a_line_for_everything_and_nothing_is_made()
    {
        using var folder = new TemporaryFolder();
        await using var run = Run.Orchestrator(folder.Path, "doctor", "--json");
        await run.ExitsWith(0);
        var answer = JsonDocument.Parse(run.Output).RootElement;
        var findings = answer.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(Checks, findings.Select(finding => finding.GetProperty("check").GetString()));
        Assert.All(findings, finding => Assert.NotEqual("", finding.GetProperty("found").GetString()));
        Assert.All(findings, finding => Assert.Equal(4, finding.EnumerateObject().Count()));
        Assert.Equal(0, answer.GetProperty("problems").GetInt32());
        Assert.Equal(Count("problem"), answer.GetProperty("problems").GetInt32());
        Assert.Equal(Count("warning"), answer.GetProperty("warnings").GetInt32());
        Assert.Matches("^[0-9.]+, built for (CPUs|CUDA); sees [0-9]+ GPUs?$", Found("libtorch"));
        Assert.StartsWith("built in: 1,257 images to train", Found("data set digits"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));

        int Count(string verdict) => findings.Count(finding => finding.GetProperty("verdict").GetString() == verdict);
        string Found(string check) =>
            findings.Single(finding => finding.GetProperty("check").GetString() == check).GetProperty("found").GetString()!;
    }

    /// <param name="script">In the folder of a checkout that was just made; <c>$ORC</c> is the program.</param>
    /// <param name="line">A line of the answer.</param>
    [Theory]
    [InlineData("\"$ORC\" doctor --data-dir f/below", 1, "^problem +data folder +.*/f is a file")]
    [InlineData("cd /proc && \"$ORC\" doctor", 1, "^problem +data folder +/proc/runs cannot be made by user")]
    [InlineData(
        "mkdir -p runs/datasets/mnist && for n in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do "
            + "echo x | gzip > runs/datasets/mnist/$n-ubyte.gz; done; \"$ORC\" doctor",
        1,
        "^problem +data set mnist +.*mnist/train-images-idx3-ubyte.gz"
    )]
    [InlineData(
        "mkdir -p runs/datasets/mnist && touch runs/datasets/mnist/train-images-idx3-ubyte; \"$ORC\" doctor",
        0,
        "^warning +data set mnist +.*no train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte in it.*data fetch mnist"
    )]
    [InlineData("mkdir -p runs/features && echo x > runs/features/inception.pth; \"$ORC\" doctor", 1, "^problem +weights +.*inception.pth")]
    [InlineData("mkdir runs && echo no journal at all > runs/journal.db; \"$ORC\" doctor", 1, "^problem +database +.*is no SQLite file")]
    [InlineData("mkdir -p runs/sweeps/old/trials; \"$ORC\" doctor", 1, "^problem +database +.*journal.db is missing, and ")]
    [InlineData(
        "\"$ORC\" doctor --role coordinator --journal 'Host=127.0.0.1;Port=1;Username=me;Password=p'",
        1,
        "^problem +database +PostgreSQL at 127.0.0.1:1, database me: connection refused"
    )]
    [InlineData("ulimit -n 300; \"$ORC\" doctor", 1, "^problem +open files +a node needs 512 open files, and this process may have 300")]
    [InlineData("SLURM_CPUS_PER_TASK=1 \"$ORC\" doctor --role worker --slots 3 --seed a:1 --seed b:1", 0, "^warning +cores +1.*3 slots")]
    [InlineData(
        "printf '#!/bin/sh\\nexec sleep 600\\n' > nvidia-smi; chmod +x nvidia-smi; PATH=\"$PWD:$PATH\" \"$ORC\" doctor",
        0,
        "^warning +devices +nvidia-smi did not answer within 10 s"
    )]
    [InlineData(Gpu + "\"$ORC\" doctor", 0, "^ok +devices +0 NVIDIA H100 \\(79\\.6 GiB\\); driver 550\\.54\\.15$")]
    [InlineData(Gpu + "\"$ORC\" doctor", 0, "^warning +libtorch +.*sees 0 GPUs, and this process was given 1")]
    [InlineData(Gpu + "CUDA_VISIBLE_DEVICES=0 \"$ORC\" doctor", 0, "^ok +devices +0 .*; given by CUDA_VISIBLE_DEVICES=0$")]
    [InlineData("SLURM_MEM_PER_NODE=2048 \"$ORC\" doctor", 0, "^ok +memory +2 GiB free of 2 GiB that SLURM_MEM_PER_NODE allows")]
    [InlineData("taskset -c 0 \"$ORC\" doctor", 0, "^ok +cores +1 of the machine's \\d+ were given to this process \\(by affinity\\)")]
    [InlineData(
        Gpu + "CUDA_VISIBLE_DEVICES= \"$ORC\" doctor",
        0,
        "^ok +devices +no GPU \\(given by CUDA_VISIBLE_DEVICES=\\): trials compute on CPU cores"
    )]
    [InlineData("echo 'port = x' > c; \"$ORC\" doctor --config c", 2, "^port \\(from c\\): expected a whole number")]
    public async Task What_is_missing_is_a_line(string script, int exit, string line)
    {
        using var folder = new TemporaryFolder();
        await using var run = TinySweep.Shell(folder.Path, $"touch f; {script}");
        await run.ExitsWith(exit);
        Assert.Contains((run.Output + run.Errors).Split('\n'), text => Regex.IsMatch(text, line));
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "warning", "sweep run needs no ports")]
    [InlineData(" --role worker --seed a:1 --seed b:1", 1, "problem", "end the other process")]
    public async Task A_port_that_is_taken_matters_to_a_node_alone(string role, int exit, string verdict, string what)
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await using var run = Run.Orchestrator(folder.Path, $"doctor --port 0 --http-port {port}{role}".Split(' '));
        await run.ExitsWith(exit);
        Assert.Matches($"{verdict} +http.port +.*{port} is in use on 127.0.0.1", run.Output);
        Assert.Contains(what, run.Output, StringComparison.Ordinal);
    }

    /// <summary>Somebody without any rights, and without a home, who has just unpacked the program.</summary>
    [Fact]
    public async Task Whoever_comes_new_is_told_what_to_do()
    {
        Needs.Require(Environment.IsPrivilegedProcess, "only root can become somebody else");
        using var folder = new TemporaryFolder();
        await using var run = TinySweep.Shell(
            folder.Path,
            "cd / && exec env -u HOME setpriv --reuid 65534 --regid 65534 --clear-groups \"$ORC\" doctor < /dev/null"
        );
        var exit = await run.Exit();
        Needs.Require(
            !run.Errors.Contains("Permission denied", StringComparison.Ordinal),
            $"not everybody may read the checkout: {run.Errors}"
        );
        Assert.True(exit == 1, run.ToString());
        Assert.Matches("problem +data folder +/runs cannot be made by user .*: permission denied\n +→ give another one", run.Output);
        Assert.Matches("ok +libtorch ", run.Output);
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public async Task A_node_says_before_it_joins_what_it_found()
    {
        using var disk = Mounted.Disk(64 << 20);
        await using var node = Run.Orchestrator(disk.Root, "node start --role coordinator --port 0 --http-port 0".Split(' '));
        await node.Wrote("node akka");
        var lines = node.Errors.Split('\n').ToList();
        Assert.InRange(
            lines.FindIndex(line => line.StartsWith("warning: disk: ", StringComparison.Ordinal)),
            0,
            lines.FindIndex(line => line.StartsWith("node akka", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_worker_that_could_write_nothing_does_not_start()
    {
        using var folder = new TemporaryFolder();
        using var mounted = Mounted.ReadOnly(folder.Path);
        await using var node = Run.Orchestrator(
            mounted.Root,
            "node start --role worker --seed 127.0.0.1:1 --seed 127.0.0.1:2 --port 0 --http-port 0".Split(' ')
        );
        await node.ExitsWith(2);
        Assert.StartsWith($"data folder: {mounted.Root}/runs cannot be made", node.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_processes_cannot_live_does_not_start()
    {
        using var folder = new TemporaryFolder();
        await using var run = TinySweep.Shell(
            folder.Path,
            """
            cp -rs "$(dirname "$DLL")" program && cp --remove-destination "$ORC" "$DLL" program/ || exit
            find program -name 'libtorch*' -delete; find program -name 'libLibTorchSharp*' -delete
            program/orchestrator doctor
            program/orchestrator node start --role worker --seed 127.0.0.1:1 --seed 127.0.0.1:2 --port 0 --http-port 0
            """
        );
        await run.ExitsWith(2);
        Assert.Matches("problem +libtorch +.*libtorch cannot be loaded", run.Output);
        Assert.Contains("libtorch: trial processes cannot be started", run.Errors, StringComparison.Ordinal);
    }
}
