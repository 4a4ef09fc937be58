using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Progress;

public sealed class TimeLeftSpecs
{
    /// <summary>Trials of four epochs.</summary>
    static TimedSweep Sweep(int trials) =>
        new($"trial: {{ training: {{ epochs: 4 }} }}\nparameters: {{ replicate: [{string.Join(", ", Enumerable.Range(1, trials))}] }}");

    /// <summary>A trial is trained from the time on, in epochs of ten seconds and five seconds besides.</summary>
    static void Train(TimedSweep sweep, double at) => Train(sweep, at, epoch: 10, besides: 5);

    static void Train(TimedSweep sweep, double at, double epoch, double besides = 0)
    {
        var token = sweep.Grant(at);
        sweep.Epochs(at + 4 * epoch, token, 4, epoch);
        sweep.Complete(at + 4 * epoch + besides, token);
    }

    /// <summary>So many trials after two that are trained and evaluated by second 65.</summary>
    static TimedSweep Begun(int trials)
    {
        var sweep = Sweep(trials + 2);
        Train(sweep, 0);
        Train(sweep, 0);
        Evaluate(sweep, 25);
        Evaluate(sweep, 45);
        return sweep;
    }

    /// <summary>A trial is evaluated from the time on, in twenty seconds.</summary>
    static void Evaluate(TimedSweep sweep, double at) => sweep.Evaluated(at + 20, sweep.Grant(at, WorkKind.Evaluation));

    [Fact]
    public void Before_anything_is_measured_the_time_left_is_not_known()
    {
        var sweep = Sweep(2);
        Assert.Equal((null, null), sweep.TimeLeft(0));
        sweep.Grant(0);
        Assert.Equal((null, null), sweep.TimeLeft(60));
    }

    [Fact]
    public void Before_an_evaluation_is_measured_only_the_time_left_in_training_is_known()
    {
        var sweep = Sweep(2);
        var first = sweep.Grant(0);
        sweep.Epochs(10, first, 1, 10);
        Assert.Equal((30 + 40, null), sweep.TimeLeft(10));
    }

    [Fact]
    public void The_first_evaluation_makes_what_the_others_read_and_tells_nothing_of_them()
    {
        var sweep = Sweep(3);
        Train(sweep, 0);
        Train(sweep, 0);
        Evaluate(sweep, 45);
        sweep.Grant(65);
        Assert.Equal((45, null), sweep.TimeLeft(65));
        Evaluate(sweep, 65);
        Assert.Equal((25 + 5, 25 + 5 + 20), sweep.TimeLeft(80));
    }

    [Fact]
    public void Epochs_processes_and_evaluations_are_laid_out_over_the_slots_that_do_them()
    {
        var sweep = Begun(3);
        var second = sweep.Grant(65);
        // Of the second 45 - 5 seconds, of two more 45 each, and the last evaluation after the last of them.
        Assert.Equal((40 + 45 + 45, 40 + 45 + 45 + 20), sweep.TimeLeft(70));
        // On another slot as well: 40 and 45 on the one, 45 on the other.
        sweep.Grant(70);
        Assert.Equal((40 + 45, 40 + 45 + 20), sweep.TimeLeft(70));
        // A trial's own epochs tell of the rest of it: 15 of its 25 seconds.
        sweep.Epochs(75, second, 1, 5);
        Assert.Equal(15 + 45, sweep.TimeLeft(75).Training);
    }

    [Fact]
    public void Evaluations_that_wait_are_done_one_after_the_other_where_one_slot_does_them()
    {
        var sweep = Begun(3);
        foreach (var at in new[] { 65, 110, 155 })
            Train(sweep, at);
        sweep.Grant(200, WorkKind.Evaluation);
        // The running one has 15 seconds to do, two wait.
        Assert.Equal((0, 15 + 20 + 20), sweep.TimeLeft(205));
        sweep.Grant(205, WorkKind.Evaluation);
        Assert.Equal((0, 15 + 20), sweep.TimeLeft(205));
    }

    [Fact]
    public void Where_no_evaluation_waits_as_many_slots_are_there_for_them_as_once_worked_at_a_time()
    {
        var sweep = Sweep(4);
        Train(sweep, 0);
        Train(sweep, 0);
        var both = new[] { sweep.Grant(45, WorkKind.Evaluation), sweep.Grant(45, WorkKind.Evaluation) };
        foreach (var token in both)
            sweep.Evaluated(65, token);
        sweep.Grant(65);
        sweep.Grant(65);
        Assert.Equal((45, 65), sweep.TimeLeft(65));
    }

    [Fact]
    public void What_takes_longer_than_expected_counts_as_done_at_once()
    {
        var sweep = Begun(1);
        var third = sweep.Grant(65);
        // Three epochs after the one that should be done.
        Assert.Equal((30, 50), sweep.TimeLeft(165));
        sweep.Epochs(165, third, 4, 10);
        Assert.Equal((0, 20), sweep.TimeLeft(166));
        sweep.Complete(166, third);
        sweep.Grant(166, WorkKind.Evaluation);
        Assert.Equal((0, 0), sweep.TimeLeft(266));
        // A clock of another machine may be behind.
        Assert.Equal((0, 20), sweep.TimeLeft(100));
    }

    [Fact]
    public void A_sweep_that_does_not_run_or_that_no_slot_works_on_has_no_time_left()
    {
        var sweep = Begun(1);
        Assert.Equal((null, null), sweep.TimeLeft(65));
        var third = sweep.Grant(65);
        Assert.NotEqual((null, null), sweep.TimeLeft(65));
        sweep.Do(66, new PauseSweep());
        Assert.Equal((null, null), sweep.TimeLeft(66));
        sweep.Do(67, new EndLease(third, new AttemptEnd(AttemptCause.Interrupted)));
        sweep.Do(68, new ResumeSweep());
        Assert.Equal((null, null), sweep.TimeLeft(68));
    }

    [Fact]
    public void Where_everything_takes_longer_by_now_the_newest_trials_say_so()
    {
        var sweep = Sweep(12);
        foreach (var number in Enumerable.Range(0, 10))
            Train(sweep, number * 100, number < 5 ? 10 : 20);
        sweep.Grant(1000);
        Assert.Equal(80 + 80, sweep.TimeLeft(1000).Training);
    }

    [Fact]
    public void A_size_that_was_not_measured_yet_counts_as_the_newest()
    {
        var sweep = new TimedSweep(
            "trial: { training: { epochs: 4 } }\nparameters: { flow.hidden: [8, 32, 64], training.learning_rate: [1.0e-3, 2.0e-3] }"
        );
        foreach (var (number, seconds) in new[] { 1, 1, 4, 4 }.Index())
            Train(sweep, number * 100, seconds);
        sweep.Grant(400);
        Assert.Equal(16 + 16, sweep.TimeLeft(400).Training);
    }

    [Fact]
    public void A_sweep_that_nobody_will_see_the_end_of_has_a_time_left_all_the_same()
    {
        var sweep = new TimedSweep("trial: { training: { epochs: 1000000 } }\nparameters: { replicate: [1, 2] }");
        sweep.Epochs(1, sweep.Grant(0), 1, 1e9);
        Assert.Equal(TimeSpan.MaxValue, sweep.Progress(1).TimeLeft.Training);
    }

    [Fact]
    public void A_trial_of_another_size_is_expected_to_take_what_others_of_its_size_take()
    {
        var sweep = new TimedSweep(
            "trial: { training: { epochs: 4 } }\nparameters: { flow.hidden: [8, 64], training.learning_rate: [1.0e-3, 2.0e-3, 3.0e-3] }"
        );
        // Three small ones of a second an epoch, and the first large one, of ten.
        foreach (var (at, seconds) in new[] { (0, 1), (10, 1), (20, 1), (30, 10) })
        {
            var token = sweep.Grant(at);
            sweep.Epochs(at + 4 * seconds, token, 4, seconds);
            sweep.Complete(at + 4 * seconds, token);
        }

        Evaluate(sweep, 70);
        var fifth = sweep.Grant(70);
        Assert.InRange(sweep.TimeLeft(70).Training!.Value, 78, 82);
        sweep.Epochs(80, fifth, 1, 10);
        Assert.InRange(sweep.TimeLeft(80).Training!.Value, 68, 72);
    }
}
