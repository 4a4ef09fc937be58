using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Refuses what cannot be evaluated before anything is.</summary>
static class EvaluationTaskValidation
{
    /// <exception cref="TrialFailure">Bad spec; the message says what was expected.</exception>
    public static void Check(EvaluationTask task)
    {
        if (
            task
            is not {
                Format: 1,
                Spec: not null,
                Evaluation: { Kid: not null, Interpolation.Schemes.IsDefault: false },
                Checkpoint: not null,
                Directory: not null,
                FeatureCache: not null,
                DataRoot: not null
            }
        )
            throw new TrialFailure(AttemptCause.BadSpec, "not an evaluation task of format 1, or parts of it are missing");
        var (evaluation, table) = (task.Evaluation, SweepFields.Table);
        (string Path, object Value)[] given =
        [
            ("evaluation.features", evaluation.Features),
            ("evaluation.samples", evaluation.Samples),
            ("evaluation.kid.subsets", evaluation.Kid.Subsets),
            ("evaluation.kid.subset_size", evaluation.Kid.SubsetSize),
            ("evaluation.interpolation.pairs", evaluation.Interpolation.Pairs),
            ("evaluation.interpolation.points", evaluation.Interpolation.Points),
            ("resources.threads", task.Spec.Threads),
        ];
        foreach (var (path, value) in given)
        {
            var text = FormattableString.Invariant($"{value}");
            if (table.Find(path)!.Kind is var kind && kind.Canonical(text) is null)
                throw new TrialFailure(AttemptCause.BadSpec, $"{path}: {kind.Complaint(text)}");
        }
    }
}
