using System.Diagnostics;

namespace Orchestrator.TestKit;

/// <summary>Something mounted on a folder of its own for as long as a test runs.</summary>
public sealed class Mounted : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mounted-");

    Mounted() { }

    public string Root => _folder.FullName;

    /// <summary>A disk of so many bytes.</summary>
    public static Mounted Disk(long bytes) => Mount("-t", "tmpfs", "-o", $"size={bytes}", "none");

    /// <summary>A folder as one sees it who may write nowhere in it, root or not.</summary>
    public static Mounted ReadOnly(string folder)
    {
        var mounted = Mount("--bind", folder);
        Assert.Equal(0, Run("mount", "-o", "remount,ro,bind", mounted.Root));
        return mounted;
    }

    public void Dispose()
    {
        Run("umount", "-l", Root);
        _folder.Delete();
    }

    static Mounted Mount(params string[] what)
    {
        Needs.Require(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root may mount");
        var mounted = new Mounted();
        Needs.Require(Run("mount", [.. what, mounted.Root]) == 0, "this machine lets nobody mount");
        return mounted;
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
