using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;

namespace Orchestrator.Run;

/// <summary>A sweep file, and the data set that it names: what a sweep begins with.</summary>
/// <param name="Text">The file to the letter, but for the data set's folder, which is absolute.</param>
sealed record SweepInput(string Text, SweepSpec Spec)
{
    const string Devices = "/dev/";

    /// <exception cref="CommandException">The file cannot be read.</exception>
    /// <exception cref="SweepFileException">It is no sweep file.</exception>
    public static SweepInput Read(string file)
    {
        try
        {
            if (Directory.Exists(file))
                throw new CommandException(ExitCode.BadCall, $"{file}: is a folder: expected a sweep file");
            using var content = File.OpenRead(file);
            var text = SweepFile.ReadText(content, file);
            var spec = SweepFile.Parse(text, file);
            var dataset = DatasetIdentity.Absolute(spec.Dataset, FolderOf(Path.GetFullPath(file)));
            return dataset == spec.Dataset
                ? new(text, spec)
                : new(SweepFileEdit.WithDataset(text, dataset), spec with { Dataset = dataset });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadCall, $"{file}: cannot be read: {error.Message}");
        }
    }

    /// <summary>Keeps the file with what it leads to.</summary>
    public void Keep(DataFolder folder)
    {
        var file = folder.SweepFile(Spec.Name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, Text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadCall, $"{file}: cannot be written: {error.Message}");
        }
    }

    /// <summary>Whether this is the data set that the sweep began with.</summary>
    /// <param name="began">SHA-256 of that one; null where the sweep begins now.</param>
    /// <returns>The data set's SHA-256.</returns>
    /// <exception cref="CommandException">It is another one.</exception>
    public string Dataset(ImageDataset data, DataFolder folder, string? began)
    {
        if (began is null || began == data.Sha256)
            return data.Sha256;
        var here = $"{Spec.Dataset} ({new DatasetCatalogue(folder.Datasets).Find(Spec.Dataset)})";
        throw new CommandException(
            ExitCode.BadCall,
            $"dataset: {DatasetIdentity.Mismatch(here, data.Sha256, began)}\n"
                + $"Put that data set back to go on with '{Spec.Name}', or give the sweep another name to learn this one."
        );
    }

    // What is piped in has no folder of its own.
    static string FolderOf(string file) =>
        file.StartsWith(Devices, StringComparison.Ordinal) ? Environment.CurrentDirectory : Path.GetDirectoryName(file)!;
}
