using ArchUnitNET.Domain;

namespace Orchestrator.Architecture.Tests;

/// <summary>The rooms of a floor: within a project too, arrows between folders go one way.</summary>
public sealed class FolderSpecs
{
    public static TheoryData<string> Projects => [.. House.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_go_in_circles(string project)
    {
        var arrows = Arrows(project);

        var circles = arrows.Keys.Select(folder => Circle(folder, arrows)).OfType<string>().ToList();

        Assert.True(circles.Count == 0, $"folders of {project} use each other in circles:\n{string.Join("\n", circles)}");
    }

    /// <returns>By folder, the other folders that it uses, each with one example.</returns>
    static Dictionary<string, Dictionary<string, string>> Arrows(string project) =>
        House
            .Whole.Types.Where(type => Project(type) == project && IsOurs(type))
            .GroupBy(Folder)
            .ToDictionary(
                folder => folder.Key,
                folder =>
                    folder
                        .SelectMany(type => type.Dependencies.Select(dependency => (From: type, To: dependency.Target)))
                        .Where(arrow => Project(arrow.To) == project && Folder(arrow.To) != folder.Key && IsOurs(arrow.To))
                        .GroupBy(arrow => Folder(arrow.To))
                        .ToDictionary(other => other.Key, other => $"{other.First().From.Name} uses {other.First().To.Name}")
            );

    // Types that could not be loaded, of other libraries, have neither.
    static string? Project(IType type) => type.Assembly?.Name.Split(',')[0];

    static string Folder(IType type) => type.Namespace?.FullName ?? "";

    // A type parameter is taken for another one of its name, which the compiler gives to several.
    static bool IsOurs(IType type) => type is not GenericParameter && Folder(type).StartsWith("Orchestrator", StringComparison.Ordinal);

    /// <returns>The shortest way from a folder back to itself; null where there is none.</returns>
    static string? Circle(string start, Dictionary<string, Dictionary<string, string>> arrows)
    {
        var ways = new Queue<string[]>([
            [start],
        ]);
        var seen = new HashSet<string>();
        while (ways.TryDequeue(out var way))
            foreach (var next in arrows.GetValueOrDefault(way[^1], []).Keys)
            {
                if (next == start)
                    return string.Join(", ", way.Append(start).Zip(way.Skip(1).Append(start), (from, to) => (from, to)).Select(Step));
                if (seen.Add(next))
                    ways.Enqueue([.. way, next]);
            }

        return null;

        string Step((string From, string To) step) => $"{step.From} → {step.To} ({arrows[step.From][step.To]})";
    }
}
