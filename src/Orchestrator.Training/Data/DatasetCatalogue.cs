using System.Collections.Immutable;
using Orchestrator.Sweeps;

namespace Orchestrator.Training.Data;

/// <summary>Finds data sets by the name a sweep file gives them.</summary>
/// <param name="root">Folder in which fetched data sets are kept, one folder each.</param>
public sealed class DatasetCatalogue(string root)
{
    const string Known = "digits, fashion-mnist, mnist, kmnist, cifar10 or idx:DIR";
    const string BuiltIn = "built in";

    public static IEnumerable<string> Names => DatasetSource.All.Select(source => source.Name).Prepend("digits");

    public ImmutableArray<DatasetStatus> List() =>
        [
            new DatasetStatus("digits", BuiltIn, null),
            .. DatasetSource.All.Select(s => new DatasetStatus(s.Name, Locate(s), Locate(s) is null ? HowToGet(s) : null)),
        ];

    /// <returns>What brings a published data set here, also in the place of a damaged one.</returns>
    public string HowToGet(string name) => DatasetSource.Of(name) is { } source ? HowToGet(source) : "";

    /// <summary>Says where a data set is without reading it.</summary>
    /// <exception cref="DatasetException">The name is not known, or the data set is not there.</exception>
    public string Find(string name)
    {
        if (name == "digits")
            return BuiltIn;
        if (name.StartsWith("idx:", StringComparison.Ordinal))
            return FindFolder(Expanded(name["idx:".Length..]));
        if (DatasetSource.Of(name) is { } source)
            return Locate(source)
                ?? throw new DatasetException(
                    $"data set {name} is not on this machine: looked in "
                        + $"{string.Join(" and ", Places(source).Select(place => Looked(source, place)))}. {HowToGet(source)}"
                );
        throw new DatasetException(
            Later(name)
                ? $"data set {name}: this form of data set is not supported yet; expected {Known}"
                : $"unknown data set {name}; expected {Known}"
        );
    }

    /// <exception cref="DatasetException">As <see cref="Find"/>, or its files are not what their format says.</exception>
    public ImageDataset Load(string name)
    {
        var place = Find(name);
        return name == "digits" ? Digits.Load() : (DatasetSource.Of(name)?.Load ?? IdxFolder.Load)(name, place);
    }

    /// <summary>Fetches a published data set into the catalogue's folder, each file verified by its checksum.</summary>
    /// <param name="from">A mirror to use in place of the official address: an http address or a folder.</param>
    /// <param name="progress">Told the name of each file as its fetch begins.</param>
    /// <returns>The data set's folder.</returns>
    /// <exception cref="DatasetException">The name is not one of a published data set, or a file cannot be had or is not the published
    /// one.</exception>
    public async Task<string> Fetch(string name, string? from = null, Action<string>? progress = null, CancellationToken cancel = default)
    {
        if (DatasetSource.Of(name) is not { } source)
            throw new DatasetException(
                name == "digits"
                    ? "data set digits is built in; there is nothing to fetch"
                    : $"no address is known for data set {name}; known: {string.Join(", ", DatasetSource.All.Select(s => s.Name))}"
            );
        var folder = Path.Combine(root, name);
        using var fetch = new DatasetFetch(source, from ?? source.Address, folder);
        await fetch.Run(progress, cancel).ConfigureAwait(false);
        return folder;
    }

    static string Expanded(string folder)
    {
        try
        {
            return UserPath.Expand(folder);
        }
        catch (UserPathException error)
        {
            throw new DatasetException(error.Message, error);
        }
    }

    static string FindFolder(string folder) =>
        !Directory.Exists(folder) ? throw new DatasetException($"data set idx:{folder}: no folder {Path.GetFullPath(folder)}")
        : IdxFolder.Missing(folder).FirstOrDefault() is { } missing
            ? throw new DatasetException($"data set idx:{folder}: no file {missing} or {missing}.gz in {Path.GetFullPath(folder)}")
        : Path.GetFullPath(folder);

    static bool Later(string name) =>
        name.StartsWith("npz:", StringComparison.Ordinal) || name.StartsWith("folder:", StringComparison.Ordinal);

    IEnumerable<string> Places(DatasetSource source)
    {
        yield return Path.Combine(root, source.Name);
        if (source.PackageFolder is { } package)
            yield return package;
    }

    /// <summary>A place, and what it lacks where it is there: half of a data set looks like one.</summary>
    static string Looked(DatasetSource source, string place) =>
        Directory.Exists(place) && source.Missing(place).ToList() is [_, ..] missing
            ? $"{place} (no {string.Join(", ", missing)} in it)"
            : place;

    string? Locate(DatasetSource source) => Places(source).FirstOrDefault(place => !source.Missing(place).Any());

    string HowToGet(DatasetSource source) =>
        (source.Package is { } package ? $"On Debian or Ubuntu: apt install {package}. Anywhere: " : "")
        + ShellCommand.Of([
            "data",
            "fetch",
            source.Name,
            .. DataFolder.Of(root) is { } folder ? ["--data-dir", folder.Root] : Array.Empty<string>(),
        ]);
}
