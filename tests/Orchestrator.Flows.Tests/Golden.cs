using System.Globalization;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests;

/// <summary>Reference values in high precision, one dictionary a row.</summary>
static class Golden
{
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", file));
        var names = lines[0].Split(',');
        return lines.Skip(1).Select(line => names.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Numbers apart by spaces, as one row [1,d].</summary>
    public static Tensor Row(string text) => tensor(text.Split(' ').Select(Number).ToArray(), float64).unsqueeze(0);

    /// <summary>What stands behind <c>name=</c> in parameters apart by spaces.</summary>
    public static string Parameter(string text, string name) =>
        text.Split(' ').First(part => part.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
}
