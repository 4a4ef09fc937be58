using System.Collections.Immutable;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>A sweep file that cannot be run, with everything that is wrong in it.</summary>
public sealed class SweepFileException(ImmutableArray<SpecProblem> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>In the order of the file.</summary>
    public ImmutableArray<SpecProblem> Problems => problems;
}
