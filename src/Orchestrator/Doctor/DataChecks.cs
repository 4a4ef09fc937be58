using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps;
using Orchestrator.Training.Data;
using static System.FormattableString;

namespace Orchestrator.Doctor;

/// <summary>Data sets, and the weights of the feature network that a user brought.</summary>
static class DataChecks
{
    const string Weights = "weights",
        IfSilent = "see whether the file system of the data folder answers (a network folder may be gone); mount it again";

    // The largest data set has 184 MB.
    static readonly TimeSpan Reading = TimeSpan.FromMinutes(1);

    /// <param name="isRead">Each is read, as a trial would; else it is only looked where they are.</param>
    public static IEnumerable<Check> OfDatasets(DataFolder folder, bool isRead) =>
        DatasetCatalogue.Names.Select(name => new Check(
            $"data set {name}",
            Reading,
            IfSilent,
            _ => Task.FromResult<IEnumerable<Finding>>([OfDataset(new DatasetCatalogue(folder.Datasets), name, folder, isRead)])
        ));

    public static Check OfWeights(DataFolder folder) =>
        new(Weights, Reading, IfSilent, _ => Task.FromResult<IEnumerable<Finding>>([Look(folder.Features)]));

    static Finding OfDataset(DatasetCatalogue catalogue, string name, DataFolder folder, bool isRead)
    {
        var check = $"data set {name}";
        var status = catalogue.List().Single(status => status.Name == name);
        try
        {
            if (status.Found is { } place)
                return new Finding(check, Verdict.Ok, isRead ? Read(catalogue.Load(name), place) : place);
            if (!Directory.Exists(Path.Combine(folder.Datasets, name)))
                return new Finding(check, Verdict.Ok, "not here", status.HowToGet);
            catalogue.Find(name);
            return new Finding(check, Verdict.Ok, "has just come");
        }
        catch (DatasetException error) when (status.Found is null)
        {
            return new Finding(check, Verdict.Warning, error.Message);
        }
        catch (DatasetException error)
        {
            return new Finding(check, Verdict.Problem, error.Message, catalogue.HowToGet(name));
        }
    }

    static string Read(ImageDataset data, string place) =>
        Invariant($"{place}: {data.Train.Count:N0} images to train, {data.Validation.Count:N0} to validate, {data.Test.Count:N0} to test");

    static Finding Look(string folder)
    {
        try
        {
            if (InceptionWeights.In(folder) is not { } file)
                return new Finding(
                    Weights,
                    Verdict.Ok,
                    "none: FID and KID are measured on features of the data set's own classifier",
                    $"for published figures put those of the FID Inception network at {Path.Combine(folder, "inception.pth")}"
                );
            InceptionFeatures.Check(file);
            return new Finding(Weights, Verdict.Ok, $"{file.Path}: {KnownWeights.Describe(file)}");
        }
        catch (WeightsException wrong)
        {
            return new Finding(Weights, Verdict.Problem, wrong.Message, "fetch the file again, or take it away");
        }
    }
}
