using Orchestrator.Sweeps;

namespace Orchestrator.TestKit;

/// <summary>A folder of its own for a test, gone with all that is in it when the test is over.</summary>
public sealed class TemporaryFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orchestrator-test-");

    public string Path => _folder.FullName;

    /// <summary>The same folder as a node's data folder.</summary>
    public DataFolder Data => new(Path);

    /// <summary>The path of a file or folder in it, which need not exist.</summary>
    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => _folder.Delete(recursive: true);
}
