using System.Text.RegularExpressions;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

public sealed partial class ReadmeSpecs
{
    const string Program = "dotnet run -c Release --project src/Orchestrator --",
        Short = "orchestrator";

    /// <summary>What runs these very tests cannot be run by one of them.</summary>
    const string Tests = "./tests/run.sh";

    /// <summary>Every command of the README works, in its order, on a small sweep in the place of the shipped one.</summary>
    [Fact]
    public async Task Every_command_of_the_readme_works()
    {
        using var folder = new SweepFolder();
        Directory.CreateDirectory(Path.Combine(folder.Root, "sweeps"));
        var small = SweepFolder
            .Small.Replace("name: small", "name: digits", StringComparison.Ordinal)
            .Replace("epochs: 30", "epochs: 2", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "sweeps", "digits.yaml"), small, TestContext.Current.CancellationToken);

        var commands = Commands().ToList();
        Assert.Contains(Tests, commands);
        Assert.Contains(commands, command => command.StartsWith(Program, StringComparison.Ordinal));
        await using var nodes = new ReadmeNodes();
        foreach (var command in commands.Where(command => command != Tests))
        {
            var start = command.StartsWith(Program, StringComparison.Ordinal) ? Program : Short;
            Assert.StartsWith(start + " ", command, StringComparison.Ordinal);
            var run = Run.Orchestrator(folder.Root, Words(nodes.WithFreePorts(command[start.Length..])));
            if (command.StartsWith(Short + " node start", StringComparison.Ordinal))
            {
                await nodes.Started(run);
                continue;
            }

            await using (run)
            {
                await run.ExitsWith(0);
                Assert.NotEmpty(run.Output);
            }
        }

        await nodes.FinishAndLeave(folder);
    }

    /// <returns>A command's words; those in quotes are one.</returns>
    internal static string[] Words(string command) => [.. Word().Matches(command).Select(word => word.Value.Trim('"'))];

    /// <summary>Its commands, without the program's name, that need no cluster and no checkout.</summary>
    internal static IEnumerable<string> OfOneMachine() =>
        Commands()
            .Where(command => command.StartsWith(Short + " ", StringComparison.Ordinal))
            .Where(command =>
                !command.Contains("node start", StringComparison.Ordinal) && !command.Contains("--server", StringComparison.Ordinal)
            )
            .Select(command => command[(Short.Length + 1)..]);

    static IEnumerable<string> Commands()
    {
        var inside = false;
        foreach (var line in File.ReadLines(Path.Combine(Checkout.Repository, "README.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = line == "```sh";
            else if (inside)
                yield return line;
        }
    }

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Word();
}
