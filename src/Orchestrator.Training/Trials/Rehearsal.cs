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
    public static void Run()
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("orchestrator-");
            try
            {
                Train(folder.FullName);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without a folder for it the first task compiles.
        }
    }

    static void Train(string folder)
    {
        var settings = TrialSettings.Default.With(
            ("flow.levels", "1"),
            ("flow.steps", "1"),
            ("flow.hidden", "4"),
            ("training.epochs", "1"),
            ("training.batch_size", "1024")
        );
        var task = new TrainingTask(
            "rehearsal",
            TrialId.Of(1),
            1,
            1,
            0,
            new TrialSpec("digits", Seed: 0, Threads: 1, Device: "cpu", settings),
            new RetentionSpec(1, 1, null),
            folder,
            [],
            folder
        );
        var file = Path.Combine(folder, "attempt.json");
        File.WriteAllText(file, JsonSerializer.Serialize(task, OrchestratorJson.Compact));
        TrialProcess.Run(file, new MessageWriter(TextWriter.Null).Write, TimeProvider.System, CancellationToken.None);
    }
}
