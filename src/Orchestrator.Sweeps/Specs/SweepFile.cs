using Orchestrator.Sweeps.Specs.Reading;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Reads sweep files.</summary>
public static class SweepFile
{
    /// <param name="fileName">As messages shall name it; nothing is opened.</param>
    /// <exception cref="SweepFileException">Names every problem of the file.</exception>
    public static SweepSpec Parse(string text, string fileName)
    {
        var problems = new Problems(fileName);
        var root = YamlLoader.Load(text, problems) ?? throw problems.ToException();
        return new SweepReader(problems).Read(root);
    }
}
