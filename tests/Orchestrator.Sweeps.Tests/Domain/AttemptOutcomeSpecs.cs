using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class AttemptOutcomeSpecs
{
    static readonly ProcessMessage.Failed Diverged = new(AttemptCause.Divergence, "the loss is not a number", "flow.3", 7);

    [Theory]
    [InlineData(0, "", AttemptCause.Done, null)]
    [InlineData(130, "", AttemptCause.Interrupted, null)]
    [InlineData(134, "terminate called\nabort", AttemptCause.Crash, "killed by signal 6: terminate called\nabort")]
    [InlineData(137, "", AttemptCause.Crash, "killed by signal 9")]
    [InlineData(
        134,
        "terminate called after throwing an instance of 'std::bad_alloc'",
        AttemptCause.OutOfMemory,
        "killed by signal 6: terminate called after throwing an instance of 'std::bad_alloc'"
    )]
    [InlineData(134, "Out of memory.", AttemptCause.OutOfMemory, "killed by signal 6: Out of memory.")]
    [InlineData(1, "no such file", AttemptCause.Crash, "exit code 1: no such file")]
    public void A_process_says_by_its_exit_code_how_its_attempt_ended(int code, string errors, AttemptCause cause, string? message) =>
        Assert.Equal(new AttemptEnd(cause, message), AttemptOutcome.Of(code, errors, null, askedToLeave: false));

    [Theory]
    [InlineData(137)]
    [InlineData(143)]
    public void A_process_that_was_asked_to_leave_and_was_killed_is_not_its_trials_fault(int code)
    {
        Assert.Equal(AttemptCause.Interrupted, AttemptOutcome.Of(code, "", null, askedToLeave: true).Cause);
        Assert.Equal(AttemptCause.Crash, AttemptOutcome.Of(code, "", null, askedToLeave: false).Cause);
    }

    [Fact]
    public void A_process_that_was_asked_to_leave_and_crashed_is() =>
        Assert.Equal(AttemptCause.Crash, AttemptOutcome.Of(139, "", null, askedToLeave: true).Cause);

    [Fact]
    public void What_it_said_counts_where_its_exit_code_says_the_same()
    {
        Assert.Equal(
            new AttemptEnd(AttemptCause.Divergence, Diverged.Message, Diverged.Layer, Diverged.Step),
            AttemptOutcome.Of(TrialExitCode.Divergence, "", Diverged, askedToLeave: false)
        );
        Assert.Equal(new AttemptEnd(AttemptCause.Crash, "exit code 77"), AttemptOutcome.Of(77, "", Diverged, askedToLeave: false));
    }
}
