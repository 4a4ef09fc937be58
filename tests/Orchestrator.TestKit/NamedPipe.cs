using System.Runtime.InteropServices;

namespace Orchestrator.TestKit;

/// <summary>A file that nobody writes to: whoever opens it for reading waits for ever.</summary>
public static partial class NamedPipe
{
    const uint Mode = 0x1b6; // read and write for everybody

    public static void Make(string path) => Assert.True(MakePipe(path, Mode) == 0, $"no named pipe can be made at {path}");

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
