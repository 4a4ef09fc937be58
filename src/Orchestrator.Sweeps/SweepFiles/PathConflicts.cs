using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Sees to it that no path is set in two places at once, as a field and within a section.</summary>
sealed class PathConflicts(ProblemList problems)
{
    readonly List<(string Path, ScalarNode Owner)> owners = [];

    public bool HasConflicts { get; private set; }

    /// <returns>False where another owner has the path, something in it, or something around it.</returns>
    public bool Add(string path, ScalarNode owner, Position at)
    {
        var other = owners.Find(taken =>
            !ReferenceEquals(taken.Owner, owner) && (FieldTable.IsIn(path, taken.Path) || FieldTable.IsIn(taken.Path, path))
        );
        owners.Add((path, owner));
        if (other.Owner is null)
            return true;
        HasConflicts = true;
        problems.Add(
            at,
            path,
            other.Path == path ? $"given twice: first at {other.Owner.At}" : $"set twice: {other.Path} is set at {other.Owner.At}"
        );
        return false;
    }
}
