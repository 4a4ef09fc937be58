using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Changes one value of a sweep file and leaves everything else as somebody wrote it.</summary>
public static class SweepFileEdit
{
    /// <param name="text">A sweep file that <see cref="SweepFile.Parse"/> takes.</param>
    public static string WithDataset(string text, string dataset)
    {
        var (start, end) = Value(text, "dataset");
        // A block ends with its last line, and what comes next begins one.
        var tail = text[start..end].EndsWith('\n') ? "\n" : "";
        return $"{text[..start]}{JsonSerializer.Serialize(dataset, OrchestratorJson.Compact)}{tail}{text[end..]}";
    }

    /// <returns>Where the value of a key of the root begins and ends.</returns>
    static (int Start, int End) Value(string text, string key)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Consume<Scalar>().Value == key)
            {
                var value = parser.Consume<Scalar>();
                return ((int)value.Start.Index, (int)value.End.Index);
            }

            parser.SkipThisAndNestedEvents();
        }

        throw new ArgumentException($"the sweep file has no key {key}", nameof(text));
    }
}
