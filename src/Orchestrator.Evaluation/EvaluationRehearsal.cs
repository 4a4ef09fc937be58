using System.Text.Json;
using Orchestrator.Evaluation.Scoring;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Evaluation;

/// <summary>Trains a flow as <see cref="Rehearsal"/> does, evaluates it with few images, and keeps nothing.</summary>
public static class EvaluationRehearsal
{
    public static void Run() => Rehearsal.InFolder(folder => Evaluate(folder));

    /// <returns>The scores; null where there is nothing to score.</returns>
    internal static EvaluationScores? Evaluate(string folder)
    {
        if (Rehearsal.Train(folder) is not { } checkpoint)
            return null;
        var (spec, features) = (Rehearsal.Spec, Path.Combine(folder, "features"));
        // A network of hardly any training takes the place of the one that scores are measured with.
        using (new ReferenceCache(features) { TrainingImages = 1 }.Get(new DatasetCatalogue(folder).Load(spec.Dataset))) { }
        var task = new EvaluationTask(
            "rehearsal",
            TrialId.Of(1),
            1,
            1,
            spec,
            new EvaluationSpec("domain", 32, new KidSpec(2, 16), new InterpolationSpec(8, 3, ["auto"])),
            checkpoint,
            Path.Combine(folder, "evaluation"),
            features,
            folder
        );
        var file = Path.Combine(folder, "evaluation.json");
        File.WriteAllText(file, JsonSerializer.Serialize(task, TaskJson.Compact));
        return CheckpointEvaluator.Run(
            ChildProcess.ReadTask<EvaluationTask>(file),
            message => new MessageWriter(TextWriter.Null).Write(message)
        );
    }
}
