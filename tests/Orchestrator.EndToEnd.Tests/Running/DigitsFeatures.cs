using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.EndToEnd.Tests.Starting;

[assembly: AssemblyFixture(typeof(DigitsFeatures))]

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>The network whose features an evaluation of the digits compares, and what it says of the test images: made by one sweep for
/// all tests, where each would spend two seconds of a core on making it again.</summary>
public sealed class DigitsFeatures : IAsyncDisposable
{
    readonly Lazy<Task<SweepFolder>> _made = new(MakeAsync);

    /// <summary>A folder with a sweep whose evaluations find them made.</summary>
    internal async Task<SweepFolder> FolderAsync(string yaml = SweepFolder.Small)
    {
        var made = (await _made.Value).Data.Features;
        var folder = new SweepFolder(yaml);
        foreach (var file in Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.Data.Features, Path.GetRelativePath(made, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        if (_made.IsValueCreated)
            (await _made.Value).Dispose();
    }

    static async Task<SweepFolder> MakeAsync()
    {
        var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = folder.Sweep();
        await run.ExitsWith(0);
        return folder;
    }
}
