using System.Runtime.InteropServices;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>A command that is printed can be pasted into a shell, wherever that stands.</summary>
public sealed class TypedAgainSpecs
{
    [Fact]
    public async Task The_command_after_an_interruption_goes_on_from_anywhere_with_every_option()
    {
        var ports = FreePorts.Row(1);
        using var folder = new SweepFolder(TinySweep.WithEpochs(1));
        const string odd = "it's \"a\" $HOME `x`\n-folder \\ é";
        var inside = Directory.CreateDirectory(Path.Combine(folder.Root, odd)).FullName;
        await File.WriteAllTextAsync(Path.Combine(inside, "-s.yaml"), TinySweep.WithEpochs(300), TestContext.Current.CancellationToken);
        await using (
            var run = Run.Orchestrator(
                inside,
                "sweep",
                "run",
                "--data-dir",
                "my runs",
                "--slots",
                "1",
                "--metrics-port",
                $"{ports}",
                "--no-progress",
                "./-s.yaml"
            )
        )
        {
            await run.Wrote("attempt 1 begins");
            run.Signal(PosixSignal.SIGINT);
            await run.ExitsWith(130);
            var command = Assert
                .Single(run.Errors.Split('\n'), line => line.Contains("orchestrator sweep run", StringComparison.Ordinal))
                .Trim();
            await using var typed = TinySweep.Shell("/", $"orchestrator() {{ printf '%s\\0' \"$@\" > '{folder.Root}/typed'; }}\n{command}");
            await typed.ExitsWith(0);
        }

        var words = (await File.ReadAllTextAsync(Path.Combine(folder.Root, "typed"), TestContext.Current.CancellationToken)).Split('\0')[
            ..^1
        ];
        Assert.Equal(
            [
                "sweep",
                "run",
                $"{inside}/-s.yaml",
                "--data-dir",
                $"{inside}/my runs",
                "--slots",
                "1",
                "--metrics-port",
                $"{ports}",
                "--no-progress",
            ],
            words
        );
    }
}
