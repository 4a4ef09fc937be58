using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Fields by path, and the sections (<c>training</c>) that they make up.</summary>
public sealed class FieldTable(ImmutableArray<Field> fields)
{
    readonly ImmutableDictionary<string, Field> byPath = fields.ToImmutableDictionary(field => field.Path);

    public ImmutableArray<Field> Fields => fields;

    /// <summary>In the order of the table, outer before inner.</summary>
    public ImmutableArray<string> Sections { get; } = [.. fields.SelectMany(field => SectionsOf(field.Path)).Distinct()];

    public Field? Find(string path) => byPath.GetValueOrDefault(path);

    public bool IsSection(string path) => Sections.Contains(path);

    /// <param name="section">The empty path stands for everything.</param>
    public IEnumerable<Field> FieldsOf(string section) => fields.Where(field => IsIn(field.Path, section));

    /// <returns>Paths of the fields and sections in a section, relative to it.</returns>
    public IEnumerable<string> KeysOf(string section) => Within(Sections.Concat(fields.Select(field => field.Path)), section);

    /// <returns>Those of the paths that are in a section, relative to it.</returns>
    public static IEnumerable<string> Within(IEnumerable<string> paths, string section) =>
        paths.Where(path => path != section && IsIn(path, section)).Select(path => path[Prefix(section).Length..]);

    public static string Join(string section, string key) => Prefix(section) + key;

    /// <returns>True also where the two are the same.</returns>
    public static bool IsIn(string path, string section) => path == section || path.StartsWith(Prefix(section), StringComparison.Ordinal);

    static string Prefix(string section) => section.Length == 0 ? "" : section + ".";

    static IEnumerable<string> SectionsOf(string path)
    {
        for (var dot = path.IndexOf('.'); dot >= 0; dot = path.IndexOf('.', dot + 1))
            yield return path[..dot];
    }
}
