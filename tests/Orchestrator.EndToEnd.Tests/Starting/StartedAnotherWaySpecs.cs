using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>However the program is started, its trials train; where none can be started, that is said once and charged to none.</summary>
public sealed class StartedAnotherWaySpecs(DigitsFeatures features)
{
    /// <summary>Links to the program's files in the folder <c>program</c>, and copies of the two that are it.</summary>
    const string CopyOfTheProgram = """
        cp -rs "$(dirname "$DLL")" program && cp --remove-destination "$ORC" "$DLL" program/ || exit
        """;

    [Theory]
    [InlineData("dotnet \"$DLL\" ")]
    [InlineData("dotnet exec \"$DLL\" ")]
    [InlineData("cp \"${DLL%.dll}.runtimeconfig.json\" other.json && dotnet exec --runtimeconfig other.json \"$DLL\" ")]
    [InlineData("ln -s \"$DLL\" here.dll && dotnet here.dll ")]
    [InlineData("dotnet \"$(realpath --relative-to=. \"$DLL\")\" ")]
    [InlineData("ln -s \"$ORC\" linked && ./linked ")]
    [InlineData("mkdir bin && ln -s \"$ORC\" bin/orchestrator && PATH=\"$PWD/bin:$PATH\" && orchestrator ")]
    [InlineData("cd / && env -u DOTNET_ROOT -u HOME \"$ORC\" ")]
    public async Task Every_way_to_start_the_program_trains(string start)
    {
        using var folder = await features.FolderAsync(TinySweep.Yaml);
        await using var run = TinySweep.Shell(
            folder.Root,
            $"{start} sweep run \"{folder.Root}/sweep.yaml\" --data-dir \"{folder.Data.Root}\" --slots 1 --json"
        );
        await run.ExitsWith(0);
        Assert.Equal("1 slot on CPU cores, 1 evaluator", run.Errors.Split('\n')[0]);
        Assert.Equal((1, "completed"), Trial(run));
    }

    /// <param name="break">What is done to a copy of the program, in whose folder it runs.</param>
    [Theory]
    [InlineData("find . -name 'libtorch*' -delete; find . -name 'libLibTorchSharp*' -delete; ./orchestrator", "libtorch cannot be loaded")]
    [InlineData("rm TorchSharp.dll; ./orchestrator", "TorchSharp")]
    [InlineData("printf '{ broken' > orchestrator.runtimeconfig.json; dotnet exec --runtimeconfig ok.json orchestrator.dll", null)]
    public async Task A_program_whose_processes_cannot_live_says_so_once_and_writes_nothing(string @break, string? reason)
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = TinySweep.Shell(
            folder.Root,
            $"""
            {CopyOfTheProgram}
            cd program && cp --remove-destination "$(dirname "$DLL")/orchestrator.runtimeconfig.json" . &&
            cp orchestrator.runtimeconfig.json ok.json &&
            {@break} sweep run ../sweep.yaml --data-dir ../runs
            """
        );
        if (reason is null)
        {
            // The options that the program itself was started with are those of its children.
            await run.ExitsWith(0);
            return;
        }

        await run.ExitsWith(2);
        Assert.Contains("trial processes cannot be started", run.Errors, StringComparison.Ordinal);
        Assert.Contains(reason, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Empty(folder.Journal());
    }

    [Fact]
    public async Task A_program_that_vanishes_while_it_runs_ends_the_sweep_and_fails_no_trial()
    {
        using var folder = await features.FolderAsync(TinySweep.Yaml);
        await using (
            var run = TinySweep.Shell(
                folder.Root,
                $"""
                {CopyOfTheProgram}
                ./program/orchestrator sweep run sweep.yaml --slots 1 2> >(
                  while read -r line; do echo "$line" >&2; case "$line" in *slot*) rm program/orchestrator;; esac; done)
                """
            )
        )
        {
            await run.ExitsWith(2);
            Assert.Contains("trial processes cannot be started any more", run.Errors, StringComparison.Ordinal);
            Assert.Contains("No such file", run.Errors, StringComparison.Ordinal);
            Assert.Contains("go on with", run.Errors, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(folder.Journal(), fact => fact is TrialFailed or EvaluationFailed);
        await using var again = folder.Sweep("--json");
        await again.ExitsWith(0);
        Assert.Equal("completed", Trial(again).State);
    }

    static (int Attempts, string State) Trial(Run run)
    {
        var trial = JsonDocument.Parse(run.Output).RootElement.GetProperty("trials")[0];
        return (trial.GetProperty("attempts").GetInt32(), trial.GetProperty("state").GetString()!);
    }
}
