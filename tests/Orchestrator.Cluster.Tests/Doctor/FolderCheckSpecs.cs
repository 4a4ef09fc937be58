using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Doctor;

/// <summary>Whether a data folder can be written, and has room.</summary>
public sealed class FolderCheckSpecs
{
    [Fact]
    public async Task A_folder_that_can_be_written_is_left_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var findings = await Look(folder.Path);
        Assert.Equal($"{folder.Path} can be written", findings["data folder"].Found);
        Assert.Contains("free", findings["disk"].Found, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_not_made()
    {
        using var folder = new TemporaryFolder();
        var findings = await Look(folder.At("runs", "here"));
        Assert.Equal($"{folder.At("runs", "here")} is not there yet, and can be made in {folder.Path}", findings["data folder"].Found);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_file_in_its_place_is_a_problem()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("runs"), "", TestContext.Current.CancellationToken);
        var finding = (await Look(folder.At("runs", "here")))["data folder"];
        Assert.Equal(Verdict.Problem, finding.Verdict);
        Assert.Contains($"{folder.At("runs")} is a file", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_written_that_is_a_problem_and_the_room_is_told()
    {
        using var folder = new TemporaryFolder();
        using var mounted = Mounted.ReadOnly(folder.Path);
        var findings = await Look(mounted.Root);
        Assert.Equal(Verdict.Problem, findings["data folder"].Verdict);
        Assert.EndsWith("Read-only file system", findings["data folder"].Found, StringComparison.Ordinal);
        Assert.Contains("free", findings["disk"].Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_problem_and_a_small_one_a_warning()
    {
        using var disk = Mounted.Disk(8 << 20);
        Assert.Equal(Verdict.Warning, (await Look(disk.Root))["disk"].Verdict);
        await File.WriteAllBytesAsync(Path.Combine(disk.Root, "full"), new byte[8 << 20], TestContext.Current.CancellationToken);
        var finding = (await Look(disk.Root))["disk"];
        Assert.Equal(Verdict.Problem, finding.Verdict);
        Assert.Contains("No space left on device", finding.Found, StringComparison.Ordinal);
        Assert.NotNull(finding.Remedy);
    }

    static async Task<Dictionary<string, Finding>> Look(string folder) =>
        (await Check.AllAsync([FolderCheck.Of(new DataFolder(folder), new FakeTimeProvider())], TimeProvider.System)).ToDictionary(
            finding => finding.Check
        );
}
