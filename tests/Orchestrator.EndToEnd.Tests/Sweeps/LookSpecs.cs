using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>To look needs the right to read and nothing else, leaves nothing, and tells what is dead from what lives.</summary>
public sealed class LookSpecs(DigitsFeatures features)
{
    const string Tiny = """
        name: tiny
        dataset: digits
        trial:
          flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
          training: { epochs: 1, batch_size: 256, learning_rate: 1.0e-3 }
        parameters: { replicate: [1] }
        evaluation: { samples: 60, kid: { subsets: 2, subset_size: 50 }, interpolation: { pairs: 4, points: 3 } }
        """;

    static readonly string Long = SweepFolder.Small.Replace("epochs: 30", "epochs: 100000", StringComparison.Ordinal);

    /// <summary>Nothing is written where the program is started, and nothing needs to be there.</summary>
    [Fact]
    public async Task A_sweep_runs_from_a_folder_that_nobody_can_write()
    {
        using var folder = await features.FolderAsync(Tiny);
        await using var run = Run.Orchestrator(
            "/proc",
            "sweep",
            "run",
            Path.Combine(folder.Root, "sweep.yaml"),
            "--data-dir",
            folder.Data.Root
        );
        await run.ExitsWith(0);
        Assert.Equal(
            ["runs", "sweep.yaml"],
            Directory.EnumerateFileSystemEntries(folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

        using var seen = Mounted.ReadOnly(folder.Data.Root);
        using var elsewhere = new SweepFolder();
        var (table, page) = (Path.Combine(elsewhere.Root, "t.csv"), Path.Combine(elsewhere.Root, "r.html"));
        string[][] looks =
        [
            ["list"],
            ["show", "tiny"],
            ["results", "tiny"],
            ["results", "tiny", "--json"],
            ["watch", "tiny"],
            ["replay", "tiny"],
            ["replay", "tiny", "--until", "3", "--json"],
            ["logs", "tiny", "0001", "-f"],
            ["export", "tiny", "--to", table],
            ["report", "tiny", "--to", page],
        ];
        foreach (var look in looks)
        {
            await using var root = Run.Orchestrator("/", ["sweep", .. look, "--data-dir", seen.Root]);
            await root.ExitsWith(0);
            Assert.DoesNotContain("interrupted", root.Output, StringComparison.Ordinal);
            if (look.Contains("--to"))
                continue;
            await using var nobody = Nobody(["sweep", .. look, "--data-dir", seen.Root]);
            await nobody.ExitsWith(0);
            Assert.Equal(root.Output, nobody.Output);
        }

        Assert.True(File.Exists(table) && File.Exists(page));
        await using (var report = Run.Orchestrator("/", "sweep", "report", "tiny", "--data-dir", seen.Root))
        {
            await report.ExitsWith(2);
            Assert.Contains("--to FILE.html", report.Errors, StringComparison.Ordinal);
        }

        await using var again = Run.Orchestrator("/", "sweep", "run", Path.Combine(folder.Root, "sweep.yaml"), "--data-dir", seen.Root);
        await again.ExitsWith(2);
        Assert.Contains("cannot be written: Read-only file system", again.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("in use", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_whose_process_was_killed_is_interrupted_for_everybody_who_looks()
    {
        using var folder = new SweepFolder(Long);
        await using (var run = folder.Sweep())
        {
            await run.Wrote("epoch");
            await using var alive = Run.Orchestrator(folder.Root, "sweep", "show", "small");
            await alive.ExitsWith(0);
            Assert.StartsWith("small: running", alive.Output, StringComparison.Ordinal);
            run.Kill();
            await run.Exit();
        }

        var before = Files(folder.Data);
        var goOn = $"orchestrator sweep run {folder.Data.SweepFile("small")} --data-dir {folder.Data.Root}";
        using var seen = Mounted.ReadOnly(folder.Data.Root);
        await Says(0, "small: interrupted", "show", "small");
        await Says(0, $"go on with   {goOn}", "show", "small");
        await Says(0, $"small  interrupted  digits  go on with {goOn}", "list");
        await Says(0, $"small: interrupted; go on with {goOn}", "results", "small");
        await Says(1, $"small: interrupted; go on with {goOn}", "watch", "small");
        await Says(1, $"small: interrupted; go on with {goOn}", "logs", "small", "0001", "-f");
        Assert.Equal(before, Files(folder.Data));

        await using var json = Run.Orchestrator(folder.Root, "sweep", "show", "small", "--json");
        await json.ExitsWith(0);
        var shown = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(("running", true), (shown.GetProperty("state").GetString(), shown.GetProperty("interrupted").GetBoolean()));
        Assert.True((await folder.Results()).GetProperty("sweep").GetProperty("interrupted").GetBoolean());

        await using var nobody = Nobody("sweep", "list", "--data-dir", seen.Root);
        await nobody.ExitsWith(0);
        Assert.StartsWith("small  interrupted", nobody.Output, StringComparison.Ordinal);

        async Task Says(int code, string what, params string[] look)
        {
            await using var run = Run.Orchestrator(folder.Root, ["sweep", .. look]);
            await run.ExitsWith(code);
            Assert.Contains(what, run.ToString(), StringComparison.Ordinal);
        }
    }

    static string[] Files(DataFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Root).Order(StringComparer.Ordinal).Select(file => $"{file} {new FileInfo(file).Length}")];

    static Run Nobody(params string[] arguments)
    {
        Needs.Program("setpriv", "util-linux");
        return Run.Start("setpriv", "/", ["--reuid", "65534", "--regid", "65534", "--clear-groups", Checkout.Program, .. arguments]);
    }
}
