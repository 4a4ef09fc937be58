namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Collects what is wrong with one file; the same problem counts once.</summary>
sealed class ProblemList(string file)
{
    const int MostTold = 20;

    readonly HashSet<SpecProblem> found = [];

    public int Count => found.Count;

    public void Add(Position at, string path, string message) => found.Add(new SpecProblem(file, at.Line, at.Column, path, message));

    public SweepFileException ToException()
    {
        var inOrder = found
            .OrderBy(problem => problem.Line)
            .ThenBy(problem => problem.Column)
            .ThenBy(problem => problem.Path, StringComparer.Ordinal)
            .ToList();
        if (inOrder.Count <= MostTold)
            return new([.. inOrder]);
        return new([
            .. inOrder.Take(MostTold),
            inOrder[MostTold] with
            {
                Path = "",
                Message = $"here and below, {inOrder.Count - MostTold} more problems",
            },
        ]);
    }
}
