using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class StatusTextSpecs
{
    [Fact]
    public void A_state_or_cause_is_told_by_its_name_in_words()
    {
        Assert.Equal(
            ["running", "paused", "stopping", "completed", "failed", "stopped"],
            Enum.GetValues<SweepStatus>().Select(StatusText.Of)
        );
        Assert.Equal(
            [
                "done",
                "divergence",
                "out of memory",
                "bad spec",
                "interrupted",
                "crash",
                "node lost",
                "storage",
                "data",
                "budget",
                "time limit",
            ],
            Enum.GetValues<AttemptCause>().Select(StatusText.Of)
        );
    }

    [Theory]
    [InlineData("divergence in level0 at step 12: the loss is not finite", "the loss is not finite", "level0", 12L)]
    [InlineData("divergence at step 12", null, null, 12L)]
    [InlineData("divergence", null, null, null)]
    public void The_end_of_an_attempt_is_told_with_where_it_struck_and_what_was_said(
        string text,
        string? message,
        string? layer,
        long? step
    ) => Assert.Equal(text, StatusText.Of(new AttemptEnd(AttemptCause.Divergence, message, layer, step)));

    [Theory]
    [InlineData("pending: node lost", TrialStatus.Pending, AttemptCause.NodeLost, EvaluationStatus.None, null)]
    [InlineData("running", TrialStatus.Running, AttemptCause.NodeLost, EvaluationStatus.None, null)]
    [InlineData("completed, evaluation pending", TrialStatus.Completed, AttemptCause.Done, EvaluationStatus.Pending, AttemptCause.Crash)]
    [InlineData("completed, evaluation running", TrialStatus.Completed, AttemptCause.Done, EvaluationStatus.Running, null)]
    [InlineData(
        "completed, evaluation failed: out of memory",
        TrialStatus.Completed,
        AttemptCause.Done,
        EvaluationStatus.Failed,
        AttemptCause.OutOfMemory
    )]
    [InlineData("completed", TrialStatus.Completed, AttemptCause.Done, EvaluationStatus.Completed, AttemptCause.Done)]
    [InlineData("paused at epoch 3, waits for a promotion", TrialStatus.Paused, AttemptCause.Done, EvaluationStatus.None, null)]
    [InlineData(
        "paused at epoch 3, waits for a promotion, evaluation running",
        TrialStatus.Paused,
        AttemptCause.Done,
        EvaluationStatus.Running,
        null
    )]
    [InlineData("pruned at epoch 3", TrialStatus.Pruned, AttemptCause.Crash, EvaluationStatus.None, null)]
    public void A_trial_is_told_with_why_it_is_not_well(
        string text,
        TrialStatus status,
        AttemptCause? cause,
        EvaluationStatus evaluation,
        AttemptCause? evaluationCause
    ) => Assert.Equal(text, StatusText.Trial(status, 3, cause, evaluation, evaluationCause));
}
