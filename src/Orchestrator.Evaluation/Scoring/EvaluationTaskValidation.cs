using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Refuses what cannot be evaluated before anything is.</summary>
static class EvaluationTaskValidation
{
    /// <summary>Below it the kernel distance has no standard error.</summary>
    const int LeastSet = 4;

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
        var spec = task.Evaluation;
        if (spec.Features is not ("auto" or "domain"))
            throw new TrialFailure(AttemptCause.BadSpec, $"evaluation.features: expected auto or domain, found {spec.Features}");
        Expect(spec.Samples, LeastSet, "evaluation.samples");
        Expect(spec.Kid.Subsets, 1, "evaluation.kid.subsets");
        Expect(spec.Kid.SubsetSize, LeastSet, "evaluation.kid.subset_size");
        Expect(spec.Interpolation.Pairs, LeastSet, "evaluation.interpolation.pairs");
        Expect(spec.Interpolation.Points, 3, "evaluation.interpolation.points");
        Expect(task.Spec.Threads, 1, "resources.threads");
    }

    static void Expect(int found, int least, string key)
    {
        if (found < least)
            throw new TrialFailure(AttemptCause.BadSpec, FormattableString.Invariant($"{key}: expected at least {least}, found {found}"));
    }
}
