using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>A real sweep on GPUs that the driver's tool alone knows: libtorch of this build computes on CPU all the same, and that is
/// said.</summary>
public sealed class GpuSlotsSpecs(DigitsFeatures features)
{
    // More epochs than a process needs to be seen by.
    static readonly string Two = TinySweep
        .WithEpochs(3)
        .Replace("evaluation:", "parameters: { replicate: [1, 2] }\nevaluation:", StringComparison.Ordinal);

    [Fact]
    public async Task The_first_line_names_the_GPUs_and_each_process_sees_its_own_by_UUID()
    {
        using var folder = await features.FolderAsync(Two);
        StandInDriver.Write(folder.Root, StandInGpu.H100s(4));
        // The machine has four; the process was given two of them, and is to use both.
        await using var run = Watched(folder, "export CUDA_VISIBLE_DEVICES=3,GPU-1", "--devices 0,1");
        await run.ExitsWith(0);
        Assert.StartsWith(
            "2 × NVIDIA H100 80GB HBM3: 2 slots, 1 evaluator; but libtorch sees no GPU",
            run.Errors,
            StringComparison.Ordinal
        );
        var seen = await Seen(folder);
        Assert.Equal(["CUDA_VISIBLE_DEVICES=GPU-11aa", "CUDA_VISIBLE_DEVICES=GPU-33aa"], seen.Distinct().Order());
    }

    [Fact]
    public async Task A_share_of_a_GPU_is_a_slot()
    {
        using var folder = await features.FolderAsync(Two + "\nresources: { gpu_fraction: 0.5 }\n");
        StandInDriver.Write(folder.Root, StandInGpu.H100s(4));
        await using var run = Watched(folder, ":", "");
        await run.ExitsWith(0);
        Assert.StartsWith("4 × NVIDIA H100 80GB HBM3: 8 slots, 1 evaluator", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trials_and_evaluations_on_one_GPU_never_take_more_than_it()
    {
        using var folder = await features.FolderAsync(
            Two.Replace("[1, 2]", "[1, 2, 3]", StringComparison.Ordinal) + "\nresources: { gpu_fraction: 0.5 }\n"
        );
        StandInDriver.Write(folder.Root, StandInGpu.H100s(1));
        await using var run = Watched(folder, ":", "");
        await run.ExitsWith(0);
        Assert.StartsWith("1 × NVIDIA H100 80GB HBM3: 2 slots, 1 evaluator", run.Errors, StringComparison.Ordinal);
        var (now, most) = (0, 0);
        foreach (var fact in folder.Journal())
        {
            now +=
                fact is LeaseGranted ? 1
                : fact is LeaseEnded ? -1
                : 0;
            most = Math.Max(most, now);
        }

        // Each takes a half: two trials, or one beside an evaluation.
        Assert.Equal(2, most);
        Assert.Equal(3, folder.Journal().OfType<EvaluationCompleted>().Count());
        Assert.DoesNotContain(folder.Journal().OfType<LeaseEnded>(), ended => ended.End.Cause == AttemptCause.Interrupted);
    }

    [Fact]
    public async Task Trials_that_are_to_train_on_CPU_see_no_GPU()
    {
        using var folder = await features.FolderAsync(Two + "\nresources: { device: cpu }\n");
        StandInDriver.Write(folder.Root, StandInGpu.H100s(4));
        await using var run = Watched(folder, ":", "--slots 2");
        await run.ExitsWith(0);
        Assert.StartsWith("2 slots on CPU cores, 2 evaluators\n", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["CUDA_VISIBLE_DEVICES="], (await Seen(folder)).Distinct());
    }

    [Fact]
    public async Task A_driver_that_fails_is_said_once_and_cores_are_used()
    {
        using var folder = await features.FolderAsync(TinySweep.Yaml);
        StandInDriver.Write(folder.Root, StandInDriver.Failing);
        await using var run = Watched(folder, ":", "--slots 1");
        await run.ExitsWith(0);
        Assert.StartsWith(
            "1 slot on CPU cores, 1 evaluator\nwarning: nvidia-smi ended with exit code 9: ",
            run.Errors,
            StringComparison.Ordinal
        );
        Assert.Equal(2, run.Errors.Split("nvidia-smi").Length);
        Assert.Equal(["CUDA_VISIBLE_DEVICES="], (await Seen(folder)).Distinct());
    }

    [Theory]
    [InlineData("", "--devices 2", "--devices: '2' is no GPU here: 0 NVIDIA H100 80GB HBM3 (GPU-00aa), 1 NVIDIA H100 80GB HBM3 (GPU-11aa)")]
    [InlineData("device: cpu", "--devices 0", "--devices: the sweep computes on CPU (resources.device: cpu)")]
    public async Task Devices_that_are_not_there_are_refused_and_nothing_is_written(string resources, string flags, string message)
    {
        using var folder = new SweepFolder($"{TinySweep.Yaml}\nresources: {{ {resources} }}\n");
        StandInDriver.Write(folder.Root, StandInGpu.H100s(2));
        await using var run = Watched(folder, ":", flags);
        await run.ExitsWith(2);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Empty(folder.Journal());
    }

    /// <summary>Runs the sweep, and writes down what each of its trial processes sees of the GPUs.</summary>
    static Run Watched(SweepFolder folder, string before, string flags) =>
        TinySweep.Shell(
            folder.Root,
            $$"""
            {{before}}
            PATH="$PWD/driver:$PATH" "$ORC" sweep run sweep.yaml {{flags}} & sweep=$!
            while kill -0 $sweep 2>/dev/null; do
              for c in $(pgrep -f "trial run $PWD"); do tr '\0' '\n' < /proc/$c/environ | grep ^CUDA_VISIBLE >> seen; done; sleep 0.05
            done 2>/dev/null
            wait $sweep
            """
        );

    static Task<string[]> Seen(SweepFolder folder) =>
        File.ReadAllLinesAsync(Path.Combine(folder.Root, "seen"), TestContext.Current.CancellationToken);
}
