using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>The job script with stand-ins for <c>srun</c> and <c>scontrol</c>: its elements are real nodes on this machine.</summary>
public sealed class SlurmSpecs : IDisposable
{
    const string Array = "4711";
    readonly FakePrograms _slurm = new();
    readonly SweepFolder _folder = new();
    readonly int _port = FreePorts.Row(2),
        _http = FreePorts.Row(2);

    public SlurmSpecs()
    {
        _slurm.Add(
            "scontrol",
            """
            echo "$*" >>"$DATA/scontrol.log"
            case "$1 $2" in
              "show hostnames") echo "127.0.0.1" ;;
              "show job") cat "$DATA/job" ;;
            esac
            """
        );
        _slurm.Add(
            "scancel",
            "[ \"$*\" != \"--signal=TERM ${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\" ] || kill -TERM \"$(cat \"$DATA/task-$SLURM_ARRAY_TASK_ID\")\""
        );
        // As srun does: ends as its task ends, and kills it if it is told to end itself.
        _slurm.Add(
            "srun",
            """
            while [[ $1 == --* ]]; do shift; done
            echo "${ORCHESTRATOR__SEED:-} $ORCHESTRATOR__PUBLIC_HOST $ORCHESTRATOR__PORT" >>"$DATA/srun-$SLURM_ARRAY_TASK_ID.log"
            "$@" & task=$!
            echo $task >"$DATA/task-$SLURM_ARRAY_TASK_ID"
            trap 'kill -KILL $task' TERM
            while wait $task; code=$?; kill -0 $task 2>/dev/null; do :; done
            exit $code
            """
        );
    }

    [Fact]
    public async Task Elements_find_each_other_and_one_that_is_requeued_joins_again()
    {
        using var certificates = await Certificates.Make("node");
        await using var first = Element(0, certificates);
        await Ready(0, first);
        await using var second = Element(1, certificates);
        await Ready(1, second);
        // The first one is alone, and forms the cluster.
        Assert.Equal($" 127.0.0.1 {_port}", Started(0).Single());
        Assert.Equal($"127.0.0.1:{_port},127.0.0.1:{_port + 1} 127.0.0.1 {_port + 1}", Started(1).Single());
        Assert.Contains("coordinator, worker, evaluator", first.Errors, StringComparison.Ordinal);
        Assert.Contains("(worker;", second.Errors, StringComparison.Ordinal);

        await Signal(second, "USR1"); // what Slurm sends before the time limit
        await second.ExitsWith(0);
        Assert.Contains($"requeue {Array}_1", Asked());
        Assert.False(File.Exists(Path.Combine(Data, "slurm", Array, "1")), "it is still said where the element was");

        await using var again = Element(1, certificates);
        await Ready(1, again);
        await Signal(again, "TERM"); // what scancel sends
        await again.ExitsWith(0);
        await Signal(first, "TERM");
        await first.ExitsWith(0);
        Assert.Single(Asked(), line => line.StartsWith("requeue", StringComparison.Ordinal));
    }

    /// <summary>The others may be elsewhere after they were requeued: a node that ends is started again with the seeds as they are
    /// then.</summary>
    [Fact]
    public async Task A_node_that_the_cluster_gave_up_is_started_again_with_the_seeds_of_that_time()
    {
        using var certificates = await Certificates.Make("node");
        _slurm.Add(
            "node",
            """
            echo "$ORCHESTRATOR__SEED" >>"$DATA/node.log"
            [ "$(wc -l <"$DATA/node.log")" -lt 2 ] || exit 0
            echo "10.0.0.2:4053" >"$DATA/slurm/$SLURM_ARRAY_JOB_ID/0"
            exit 1
            """
        );
        Directory.CreateDirectory(Path.Combine(Data, "slurm", Array));
        await File.WriteAllTextAsync(Path.Combine(Data, "slurm", Array, "0"), "10.0.0.1:4053\n", TestContext.Current.CancellationToken);
        await using var element = Element(1, certificates, "node");
        await element.ExitsWith(0);
        Assert.Equal(
            [$"10.0.0.1:4053,127.0.0.1:{_port + 1}", $"10.0.0.2:4053,127.0.0.1:{_port + 1}"],
            File.ReadLines(Path.Combine(Data, "node.log"))
        );
    }

    /// <summary>Slurm tells the node before it preempts its job, and not the script.</summary>
    [Theory]
    [InlineData("PreemptEligibleTime=2026-11-26T07:28:39 PreemptTime=2026-11-26T07:28:43", true)]
    [InlineData("PreemptEligibleTime=2026-11-26T07:28:39 PreemptTime=None", false)]
    public async Task An_element_whose_node_was_told_of_a_preemption_is_requeued(string job, bool isRequeued)
    {
        using var certificates = await Certificates.Make("node");
        _slurm.Add("node", "exit 0");
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "job"), $"   {job}\n", TestContext.Current.CancellationToken);
        await using var element = Element(0, certificates, "node");
        await element.ExitsWith(0);
        Assert.Equal(isRequeued, Asked().Contains($"requeue {Array}_0"));
    }

    [Fact]
    public async Task A_node_with_wrong_settings_ends_its_element()
    {
        using var certificates = await Certificates.Make("node");
        _slurm.Add("node", "exit 2");
        Directory.CreateDirectory(Path.Combine(Data, "slurm", Array));
        await File.WriteAllTextAsync(Path.Combine(Data, "slurm", Array, "1"), "10.0.0.1:4053\n", TestContext.Current.CancellationToken);
        await using var element = Element(0, certificates, "node");
        await element.ExitsWith(2);
    }

    public void Dispose()
    {
        _slurm.Dispose();
        _folder.Dispose();
    }

    string Data => Path.Combine(_folder.Root, "shared");

    string[] Asked() => File.ReadAllLines(Path.Combine(Data, "scontrol.log"));

    string[] Started(int element) => File.ReadAllLines(Path.Combine(Data, $"srun-{element}.log"));

    Run Element(int element, Certificates certificates, string? program = null)
    {
        Directory.CreateDirectory(Data);
        return Run.Start(
            "env",
            Checkout.Repository,
            _slurm.Path,
            $"DATA={Data}",
            $"CERTS={certificates.Folder}",
            $"PROGRAM={program ?? Checkout.Program}",
            $"PORT={Text(_port)}",
            $"HTTP_PORT={Text(_http)}",
            "SLURM_SUBMIT_DIR=.",
            "SLURM_JOB_NODELIST=machine[1]",
            $"SLURM_ARRAY_JOB_ID={Array}",
            $"SLURM_JOB_ID={Array}",
            $"SLURM_ARRAY_TASK_ID={Text(element)}",
            "SLURM_CPUS_PER_TASK=1",
            "bash",
            "cluster/slurm/orchestrator.sbatch"
        );
    }

    async Task Ready(int element, Run run)
    {
        await run.Wrote("node akka.ssl.tcp://");
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await http.GetAsync(
                    new Uri($"http://127.0.0.1:{Text(_http + element)}/readyz"),
                    TestContext.Current.CancellationToken
                );
                return answer.IsSuccessStatusCode;
            },
            otherwise: () => $"element {element} never became a member of the cluster: {run}"
        );
    }

    static async Task Signal(Run run, string signal)
    {
        await using var kill = Run.Start("kill", "/", "-" + signal, Text(run.Id));
        await kill.ExitsWith(0);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
