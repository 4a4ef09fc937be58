using System.Text.Json;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Workers;

/// <summary>Writes what a child process is told, into the folder that is its own.</summary>
static class TaskFile
{
    /// <param name="device">What the process sees.</param>
    /// <param name="storage">Where checkpoints are kept; null for the data folder.</param>
    /// <returns>Path of the file.</returns>
    public static string Write(DataFolder folder, WorkProtocol.WorkGranted work, SlotDevice device, string? storage)
    {
        var (lease, trial) = (work.Lease, TrialId.Of(work.Lease.Trial));
        var training = lease.Kind == WorkKind.Training;
        var directory = training
            ? folder.Attempt(work.Sweep, lease.Trial, lease.Attempt)
            : folder.Evaluation(work.Sweep, lease.Trial, lease.Attempt);
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, training ? "attempt.json" : "evaluation.json");
        // The process sees its slot's GPU alone, and as number 0.
        var name = device.Cuda is not null && work.Spec.Device.StartsWith("cuda:", StringComparison.Ordinal) ? "cuda" : null;
        object task = training
            ? new TrainingTask(
                work.Sweep,
                trial,
                lease.Attempt,
                lease.Token,
                work.Stream,
                work.Spec,
                work.Retention,
                directory,
                [.. Enumerable.Range(1, lease.Attempt - 1).Reverse().Select(earlier => folder.Attempt(work.Sweep, lease.Trial, earlier))],
                folder.Datasets
            )
            {
                Storage = storage,
                Device = name,
                DatasetSha256 = work.DatasetSha256,
                UntilEpoch = work.UntilEpoch,
                ReportedEpoch = work.ReportedEpoch,
                ForkedFrom = work.ForkedFrom,
            }
            : new EvaluationTask(
                work.Sweep,
                trial,
                lease.Attempt,
                lease.Token,
                work.Spec,
                work.Evaluation,
                work.Checkpoint!,
                directory,
                folder.Features,
                folder.Datasets
            )
            {
                Storage = storage,
                Device = name,
                DatasetSha256 = work.DatasetSha256,
            };
        File.WriteAllText(file, JsonSerializer.Serialize(task, task.GetType(), OrchestratorJson.Indented));
        return file;
    }
}
