using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Tests.Doctor;

/// <summary>Checks are done side by side, and each comes to an end.</summary>
public sealed class CheckSpecs
{
    [Fact]
    public async Task One_that_hangs_is_a_line_and_holds_up_no_other()
    {
        var time = new FakeTimeProvider();
        using var never = new ManualResetEventSlim();
        using var looked = new CountdownEvent(2);
        var all = Check.AllAsync(
            [
                new Check(
                    "disk",
                    "mount it again",
                    () =>
                    {
                        looked.Signal();
                        never.Wait(CancellationToken.None);
                        return [];
                    }
                ),
                new Check(
                    "database",
                    Check.Moment,
                    "start it",
                    async cancel =>
                    {
                        looked.Signal();
                        await Task.Delay(Timeout.Infinite, cancel);
                        return [];
                    }
                ),
                new Check("clock", "", () => [new Finding("clock", Verdict.Ok, "synchronised")]),
            ],
            time
        );
        Assert.True(looked.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "they wait for each other");
        time.Advance(Check.Moment);
        Assert.Equal(
            [
                new Finding("disk", Verdict.Problem, "no answer within 10 s", "mount it again"),
                new Finding("database", Verdict.Problem, "no answer within 10 s", "start it"),
                new Finding("clock", Verdict.Ok, "synchronised"),
            ],
            await all
        );
        never.Set();
    }

    [Fact]
    public async Task One_that_fails_in_a_way_that_nobody_thought_of_is_a_line()
    {
        var finding = Assert.Single(
            await Check.AllAsync([new Check("disk", "", () => throw new InvalidOperationException("of\nno kind"))], TimeProvider.System)
        );
        Assert.Equal(("disk", Verdict.Problem, "could not be examined: of no kind"), (finding.Check, finding.Verdict, finding.Found));
    }
}
