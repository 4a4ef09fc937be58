using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>
/// The README's commands for one machine, as nobody would think of starting them: through <c>dotnet x.dll</c>, from a folder that cannot be
/// written, with a proxy set that nobody listens at, with standard error closed, and with the data folder on a small disk.
/// </summary>
public sealed class ReadmeElsewhereSpecs
{
    const string Unwritable = "/proc";

    static readonly string[] WithDataFolder =
    [
        "run",
        "results",
        "list",
        "show",
        "logs",
        "report",
        "export",
        "replay",
        "plan",
        "tag",
        "note",
    ];

    [Fact]
    public async Task Every_command_of_the_readme_works_from_anywhere()
    {
        using var disk = Mounted.Disk(64 << 20);
        using var folder = new SweepFolder();
        var file = Path.Combine(folder.Root, "digits.yaml");
        var small = SweepFolder
            .Small.Replace("name: small", "name: digits", StringComparison.Ordinal)
            .Replace("epochs: 30", "epochs: 2", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, small, TestContext.Current.CancellationToken);
        var closed = FreePorts.Row(1).ToString(CultureInfo.InvariantCulture);

        var ran = 0;
        foreach (var command in ReadmeSpecs.OfOneMachine())
        {
            List<string> words =
            [
                .. ReadmeSpecs
                    .Words(command)
                    .Select(word =>
                        word switch
                        {
                            "sweeps/digits.yaml" => file,
                            _ when word.StartsWith("digits.", StringComparison.Ordinal) => Path.Combine(disk.Root, word),
                            _ => word,
                        }
                    ),
            ];
            if (words is ["data" or "doctor", ..] || (words is ["sweep", var verb, ..] && WithDataFolder.Contains(verb)))
                words.AddRange(["--data-dir", Path.Combine(disk.Root, "runs")]);
            await using var run = Run.Start(
                "bash",
                Unwritable,
                [
                    "-c",
                    "exec env http_proxy=http://127.0.0.1:$0 https_proxy=http://127.0.0.1:$0 all_proxy=http://127.0.0.1:$0 \"$@\" 2>&-",
                    closed,
                    "dotnet",
                    Path.ChangeExtension(Checkout.Program, ".dll"),
                    .. words,
                ]
            );
            await run.ExitsWith(0);
            Assert.True(run.Output.Length > 0, $"'{command}' said nothing");
            ran++;
        }

        Assert.True(ran >= 10, $"only {ran} commands were found");
        Assert.Equal(["digits.csv", "digits.md", "runs"], Directory.EnumerateFileSystemEntries(disk.Root).Select(Path.GetFileName).Order());
    }
}
