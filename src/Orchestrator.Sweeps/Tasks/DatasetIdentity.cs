namespace Orchestrator.Sweeps.Tasks;

/// <summary>A sweep learns one data set, whatever its files are called: what that set is named by, and what is said where another one lies
/// in its place.</summary>
public static class DatasetIdentity
{
    const string FolderForm = "idx:";

    /// <summary>A folder that is named from where somebody stands: elsewhere the same name is another folder, or none.</summary>
    public static bool IsRelative(string dataset) =>
        dataset.StartsWith(FolderForm, StringComparison.Ordinal) && !Path.IsPathFullyQualified(dataset[FolderForm.Length..]);

    /// <param name="from">Absolute path of the folder that a relative one is relative to.</param>
    public static string Absolute(string dataset, string from) =>
        IsRelative(dataset) ? FolderForm + Path.GetFullPath(UserPath.Expand(dataset[FolderForm.Length..]), from) : dataset;

    /// <param name="where">The data set, and where it lies.</param>
    /// <param name="found">SHA-256 of what lies there.</param>
    /// <param name="began">SHA-256 of what the sweep began with.</param>
    public static string Mismatch(string where, string found, string began) =>
        $"{where} is not the data set that the sweep began with: SHA-256 {found}, and the sweep's is {began}";
}
