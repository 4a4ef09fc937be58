using System.Globalization;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Something wrong in a sweep file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">Dotted path of the key; empty where the problem belongs to none.</param>
public sealed record SpecProblem(string File, int Line, int Column, string Path, string Message)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {(Path.Length == 0 ? "" : Path + ": ")}{Message}");
}
