using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary>Trains a flow of next to no size for an epoch, and keeps nothing: the runtime has compiled then, and libtorch has loaded,
/// what an attempt needs.</summary>
/// <remarks>Nothing of it is seen later: every draw of a trial has a generator of its own (<see cref="TrialSeeds"/>).</remarks>
public static class Rehearsal
{
    /// <summary>What is trained.</summary>
    public static TrialSpec Spec { get; } =
        new(
            "digits",
            Seed: 0,
            Threads: 1,
            Device: "cpu",
            TrialSettings.Default.With(
                ("flow.levels", "1"),
                ("flow.steps", "1"),
                ("flow.hidden", "4"),
                ("training.epochs", "1"),
                ("training.batch_size", "1024")
            )
        );

    public static void Run() => InFolder(folder => Train(folder));

    /// <summary>Rehearses in a folder that is gone afterwards.</summary>
    public static void InFolder(Action<string> rehearse)
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("orchestrator-");
            try
            {
                rehearse(folder.FullName);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        catch (Exception)
        {
            // What cannot be rehearsed is for the work to say.
        }
    }

    /// <returns>The checkpoint's folder; null where there is none.</returns>
    public static string? Train(string folder)
    {
        var task = new TrainingTask("rehearsal", TrialId.Of(1), 1, 1, 0, Spec, new RetentionSpec(1, 1, null), folder, [], folder);
        var file = Path.Combine(folder, "attempt.json");
        File.WriteAllText(file, JsonSerializer.Serialize(task, TaskJson.Compact));
        CheckpointInfo? written = null;
        TrialProcess.Run(
            file,
            message =>
            {
                new MessageWriter(TextWriter.Null).Write(message);
                written = (message as ProcessMessage.ReportCheckpoint)?.Checkpoint ?? written;
            },
            TimeProvider.System,
            CancellationToken.None
        );
        return written?.Path;
    }
}
