using Akka.Event;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Logs;

namespace Orchestrator.Cluster.Tests.Logs;

public sealed class RepeatedErrorsSpecs
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void An_hour_of_the_same_failure_is_a_handful_of_lines_that_say_how_often_it_happened()
    {
        var errors = new RepeatedErrors(_time);
        var told = new List<string>();
        var (count, began) = (0, _time.GetUtcNow());
        for (; _time.GetUtcNow() - began < TimeSpan.FromHours(1); _time.Advance(TimeSpan.FromSeconds(0.7)))
            if (errors.Tell(Failure($"Failed to persist event number {count++}")) is { } end)
                told.Add(end);
        Assert.InRange(told.Count, 4, 12);
        Assert.Equal(["", "", ""], told.Take(3));
        Assert.Matches(@"^ \(8\d times since it was last told\)$", told[3]);
    }

    [Fact]
    public void Another_failure_is_told_at_once_and_what_is_no_failure_always()
    {
        var errors = new RepeatedErrors(_time);
        for (var count = 0; count < 10; count++)
            errors.Tell(Failure("this"));
        Assert.Null(errors.Tell(Failure("this")));
        Assert.Equal("", errors.Tell(Failure("that")));
        Assert.Equal("", errors.Tell(new Error(new IOException("another cause"), "source", typeof(string), "this")));
        for (var count = 0; count < 10; count++)
            Assert.Equal("", errors.Tell(new Info("source", typeof(string), "same")));
    }

    [Fact]
    public void A_failure_that_comes_back_after_long_is_told_at_once()
    {
        var errors = new RepeatedErrors(_time);
        for (var count = 0; count < 10; count++)
            errors.Tell(Failure("this"));
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Equal("", errors.Tell(Failure("this")));
    }

    [Fact]
    public void Failures_of_ever_new_kinds_are_not_kept_for_ever()
    {
        var errors = new RepeatedErrors(_time);
        for (var count = 0; count < 10; count++)
            errors.Tell(Failure("this"));
        for (var kind = 'a'; kind <= 'z'; kind++)
        for (var sort = 'a'; sort <= 'z'; sort++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal("", errors.Tell(Failure($"{kind}{sort}")));
        }

        // Forgotten meanwhile.
        Assert.Equal("", errors.Tell(Failure("this")));
    }

    static Error Failure(string message) => new(new IOException("no room"), "source", typeof(string), message);
}
