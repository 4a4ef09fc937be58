using System.Globalization;
using Orchestrator.EndToEnd.Tests.Starting;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary><c>slurm scale</c> with stand-ins for <c>squeue</c> and <c>sbatch</c>, and for a coordinator.</summary>
public sealed class SlurmScaleSpecs : IDisposable
{
    readonly FakePrograms _slurm = new();

    public SlurmScaleSpecs()
    {
        _slurm.Add("squeue", "cat \"$(dirname \"$0\")/queue\"");
        _slurm.Add("sbatch", "echo \"$DATA $*\" >>\"$(dirname \"$0\")/submitted\"; echo 4800");
        File.WriteAllText(Path.Combine(_slurm.Root, "job.sbatch"), "");
    }

    /// <param name="queue">Array, state and name of each element of this user.</param>
    /// <param name="waiting">Trials of a sweep with five others, of which no slot works on so many.</param>
    /// <param name="submitted">Elements; 0: none.</param>
    [Theory]
    [InlineData("4711 RUNNING orchestrator", 3, 3)]
    [InlineData("4711 RUNNING orchestrator", 30, 7)]
    [InlineData("4711 RUNNING orchestrator", 0, 0)]
    [InlineData("4711 RUNNING orchestrator\n4711 RUNNING orchestrator\n4790 RUNNING orchestrator-4711", 30, 5)]
    [InlineData("4711 RUNNING orchestrator\n4790 PENDING orchestrator-4711", 30, 0)]
    [InlineData("4711 PENDING orchestrator\n4711 RUNNING orchestrator", 30, 0)]
    [InlineData("4711 RUNNING orchestrator\n4600 PENDING orchestrator\n4601 PENDING orchestrator-4600", 30, 7)]
    public async Task Elements_are_submitted_while_trials_wait_and_there_is_room(string queue, int waiting, int submitted)
    {
        await using var run = await ScaleAsync(queue, Sweeps("running", waiting, "null"));
        await run.ExitsWith(0);
        Assert.Equal(
            submitted == 0
                ? ""
                : $"/shared/runs --parsable --array=0-{Text(submitted - 1)} --job-name=orchestrator-4711 --export=ALL,JOIN=4711 "
                    + "--cpus-per-task=4 job.sbatch\n",
            Submitted()
        );
        if (submitted > 0)
            Assert.StartsWith(
                $"submitted {Text(submitted)} elements as job 4800: {Text(waiting)} trials wait, ",
                run.Output,
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("paused", "null")]
    [InlineData("completed", "null")]
    [InlineData("running", "\"trials need a GPU\"")]
    public async Task Trials_that_more_slots_would_not_begin_call_for_none(string state, string waitsBecause)
    {
        await using var run = await ScaleAsync("4711 RUNNING orchestrator", Sweeps(state, 3, waitsBecause));
        await run.ExitsWith(0);
        Assert.Equal("", Submitted());
    }

    /// <param name="maxSlots">Of the sweep, which trains in one.</param>
    [Theory]
    [InlineData(3, "submitted 2 elements as job 4800: 2 trials wait, 1 elements run\n")]
    [InlineData(1, "")]
    public async Task Trials_that_the_bound_of_their_sweep_keeps_waiting_call_for_none(int maxSlots, string said)
    {
        await using var run = await ScaleAsync("4711 RUNNING orchestrator", Sweeps("running", 30, "null", maxSlots));
        await run.ExitsWith(0);
        Assert.Equal(said, run.Output);
    }

    [Fact]
    public async Task An_array_that_has_ended_is_said()
    {
        await using var run = await ScaleAsync("4790 RUNNING orchestrator-4711", Sweeps("running", 3, "null"));
        await run.ExitsWith(3);
        Assert.Equal("no element of job array 4711 is in Slurm's queue: the cluster has ended\n", run.Errors);
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_is_said()
    {
        _slurm.Add("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");
        await using var run = await ScaleAsync("", Sweeps("running", 3, "null"));
        await run.ExitsWith(1);
        Assert.Equal("squeue ended with exit code 1: slurm_load_jobs error: Unable to contact slurm controller\n", run.Errors);
    }

    public void Dispose() => _slurm.Dispose();

    string Submitted() => Path.Combine(_slurm.Root, "submitted") is var file && File.Exists(file) ? File.ReadAllText(file) : "";

    async Task<Run> ScaleAsync(string queue, string sweeps)
    {
        await File.WriteAllTextAsync(Path.Combine(_slurm.Root, "queue"), queue, TestContext.Current.CancellationToken);
        await using var coordinator = new Recorder(Recorder.Json(sweeps));
        var run = Run.Start(
            "env",
            _slurm.Root,
            _slurm.Path,
            "DATA=/shared/runs",
            "CERTS=/shared/certs",
            Checkout.Program,
            "slurm",
            "scale",
            "4711",
            "--max",
            "8",
            "--script",
            "job.sbatch",
            "--once",
            "--server",
            $"http://127.0.0.1:{Text(coordinator.Port)}",
            "--",
            "--cpus-per-task=4"
        );
        await run.Exit();
        return run;
    }

    static string Sweeps(string state, int waiting, string waitsBecause, int? maxSlots = null) =>
        $$$"""
            {"sweeps":[{"id":"s","name":"s","state":"{{{state}}}","waits_because":{{{waitsBecause}}},
            "share":{"priority":0,"weight":1,"max_slots":{{{maxSlots?.ToString(CultureInfo.InvariantCulture)
                ?? "null"}}}},"dataset":"digits","seed":7,
            "submitted_at":"2026-11-23T12:00:00+00:00","ended_at":null,"trials":{{{Text(waiting + 5)}}},
            "counts":{"pending":{{{Text(Math.Min(waiting, 2))}}},"running":1,"completed":1,"failed":1,"stopped":0,"paused":1,"pruned":1},
            "evaluations":{"pending":0,"running":0,"completed":0,"failed":0},"epochs_done":1,"epochs_total":2,"evaluations_to_come":1,
            "eta_seconds":null,"training_eta_seconds":null,"eta_low_seconds":null,"eta_high_seconds":null,"best":null,
            "baselines":{"full_covariance_gaussian":null,"factorised_histogram":null,"n_test":null}}]}
            """;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
