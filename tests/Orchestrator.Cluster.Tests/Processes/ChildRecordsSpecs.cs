using System.Diagnostics;
using System.Globalization;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Processes;

/// <summary>A child that was stopped when its node was killed.</summary>
[Trait("Needs", "process")]
public sealed class ChildRecordsSpecs : IDisposable
{
    readonly TemporaryFolder _root = new();

    DataFolder Folder => _root.Data;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task What_a_dead_node_left_is_ended_by_the_next_one_and_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "process ids as Linux tells them");
        using var left = Sleeper();
        using var ours = Sleeper();
        using var again = Sleeper();
        try
        {
            // Stopped: it hears neither of its parent's end nor of a request to leave.
            using (var stop = Process.Start("kill", ["-STOP", left.Id.ToString(CultureInfo.InvariantCulture)]))
                await stop.WaitForExitAsync(TestContext.Current.CancellationToken);
            var records = new ChildRecords(Folder);
            foreach (var child in new[] { left, ours, again })
                records.Remember(child.Id);
            var files = Directory
                .GetFiles(Folder.Children, "*", SearchOption.AllDirectories)
                .ToDictionary(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture));
            // As if the node that started it were gone, and, of the last, the process too and its number used again.
            Rewrite(files[left.Id], fields => [fields[0], "999999999", "1"]);
            Rewrite(files[again.Id], fields => ["1", "999999999", "1"]);
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(files[left.Id])!, "7"), "");

            Assert.Equal([left.Id], new ChildRecords(Folder).EndLeftBehind());
            await left.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.False(ours.HasExited);
            Assert.False(again.HasExited);
            Assert.Equal([files[ours.Id]], Directory.GetFiles(Folder.Children, "*", SearchOption.AllDirectories));
            records.Forget(ours.Id);
            Assert.Empty(Directory.GetFiles(Folder.Children, "*", SearchOption.AllDirectories));
        }
        finally
        {
            foreach (var child in new[] { left, ours, again })
                child.Kill();
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_stops_nobody()
    {
        File.WriteAllText(Folder.Children, "a file in its place");
        var records = new ChildRecords(Folder);
        records.Remember(Environment.ProcessId);
        records.Forget(Environment.ProcessId);
        Assert.Empty(records.EndLeftBehind());
    }

    static Process Sleeper() => Process.Start("sleep", ["1000"]);

    static void Rewrite(string file, Func<string[], string[]> change) =>
        File.WriteAllText(file, string.Join(' ', change(File.ReadAllText(file).Trim().Split(' '))) + "\n");
}
