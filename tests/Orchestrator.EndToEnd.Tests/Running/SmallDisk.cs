using System.Diagnostics;

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>A file system of its own in memory, of a given size: it can be filled, and made read-only.</summary>
sealed class SmallDisk : IAsyncDisposable
{
    readonly DirectoryInfo _point = Directory.CreateTempSubdirectory("small-disk-");

    SmallDisk() { }

    public string Root => _point.FullName;

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var (code, errors) = await CallAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Root);
        if (code != 0)
            disk._point.Delete();
        Needs.Require(code == 0, $"no file system can be mounted here: {errors}");
        return disk;
    }

    public async Task MakeReadOnlyAsync()
    {
        var (code, errors) = await CallAsync("mount", "-o", "remount,ro", Root);
        Assert.True(code == 0, errors);
    }

    public async ValueTask DisposeAsync()
    {
        await CallAsync("umount", "--lazy", Root);
        _point.Delete();
    }

    static async Task<(int Code, string Errors)> CallAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }
}
