using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads sweep files.</summary>
public static class SweepFile
{
    /// <summary>The text of a sweep file.</summary>
    /// <param name="content">Read to its end, or to where it is too large for a sweep file.</param>
    /// <param name="fileName">As messages shall name it.</param>
    /// <exception cref="SweepFileException">It is too large, or not UTF-8; says where.</exception>
    public static string ReadText(Stream content, string fileName) => SourceText.Read(content, fileName);

    /// <param name="fileName">As messages shall name it; nothing is opened.</param>
    /// <exception cref="SweepFileException">Names every problem of the file.</exception>
    public static SweepSpec Parse(string text, string fileName)
    {
        var problems = new ProblemList(fileName);
        var root = YamlLoader.Load(text, problems) ?? throw problems.ToException();
        return new SweepReader(problems).Read(root);
    }
}
