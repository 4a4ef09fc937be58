using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Progress;

/// <summary>How long a sweep still takes if it goes on as it did: what is left to do, at the cost that was measured, over the slots that do
/// it.</summary>
/// <param name="Training">Until the last epoch is trained; null before an epoch was timed.</param>
/// <param name="Total">Until the last evaluation is done too; null before an epoch was timed, and an evaluation after the first.</param>
public readonly record struct TimeLeft(TimeSpan? Training, TimeSpan? Total)
{
    /// <remarks>
    /// Trials are laid out over the training slots in the order in which they are granted, and their evaluations, each as soon as its
    /// trial is trained, over the evaluation slots. A trial costs its epochs and what its process needs besides: to start, to load data,
    /// to leave.
    /// </remarks>
    /// <returns>Nothing where the sweep does not run, or no slot works on it.</returns>
    public static TimeLeft Of(SweepState sweep, DateTimeOffset now)
    {
        if (sweep.Status != SweepStatus.Running || sweep.Leases.IsEmpty || EndsOfTraining(sweep, now) is not { } trained)
            return default;
        var training = trained.Count == 0 ? 0 : trained.Max(end => end.At);
        return new TimeLeft(Time(training), LastEnd(sweep, now, trained, training) is { } total ? Time(total) : null);
    }

    /// <returns>When each trial that is not trained yet will be, in seconds from now; null where that is not known.</returns>
    static List<(double At, TrialState Trial)>? EndsOfTraining(SweepState sweep, DateTimeOffset now)
    {
        var running = Running(sweep, WorkKind.Training);
        if (running.Count == 0)
            return sweep.PendingTrials.IsEmpty ? [] : null;
        if (CostByParameters.Fit(sweep.Spec.Space, sweep.Trials.Select(trial => (trial, SecondsPerEpoch(trial)))) is not { } pace)
            return null;
        var besides = Median.Of(sweep.Trials.Where(trial => trial.Status == TrialStatus.Completed).Select(SecondsBesidesEpochs));
        var trained = running.Select(lease => (At: Remaining(sweep, lease, now, pace, besides), Trial: sweep.Trial(lease.Trial))).ToList();
        var slots = new Slots(trained.Select(end => end.At));
        foreach (var trial in sweep.PendingTrials.Select(sweep.Trial))
            trained.Add((slots.Do(0, besides + EpochsLeft(sweep, trial) * pace.Of(trial)), trial));
        return trained;
    }

    /// <returns>When the last evaluation is done, in seconds from now; null where that is not known.</returns>
    /// <param name="training">When the last trial is trained.</param>
    static double? LastEnd(SweepState sweep, DateTimeOffset now, List<(double At, TrialState Trial)> trained, double training)
    {
        var running = Running(sweep, WorkKind.Evaluation);
        var waiting = sweep.PendingEvaluations.Select(pending => (At: 0.0, Trial: sweep.Trial(pending.Trial))).Concat(trained).ToList();
        if (running.Count == 0 && waiting.Count == 0)
            return training;
        if (
            CostByParameters.Fit(sweep.Spec.Space, sweep.Trials.Select(trial => (trial, SecondsOfEvaluation(sweep, trial)))) is not { } cost
        )
            return null;
        var ends = running.Select(lease =>
            Math.Max(0, cost.Of(sweep.Trial(lease.Trial)) - Math.Max(0, (now - lease.GrantedAt).TotalSeconds))
        );
        // While evaluations wait, every evaluation slot has one; otherwise there may be more slots than evaluations just now.
        var idle = Math.Max(sweep.PendingEvaluations.IsEmpty ? sweep.MostEvaluations : 0, 1) - running.Count;
        var slots = new Slots(ends.Concat(Enumerable.Repeat(0.0, Math.Max(0, idle))));
        foreach (var (trainedAt, trial) in waiting.OrderBy(end => end.At))
            slots.Do(trainedAt, cost.Of(trial));
        return Math.Max(training, slots.LastEnd);
    }

    static List<Lease> Running(SweepState sweep, WorkKind kind) =>
        [.. sweep.Leases.Values.Select(held => held.Lease).Where(lease => lease.Kind == kind)];

    /// <summary>What the trial should take in all less what was spent on it, but at least the epochs after the running one.</summary>
    static double Remaining(SweepState sweep, Lease lease, DateTimeOffset now, CostByParameters pace, double besides)
    {
        var trial = sweep.Trial(lease.Trial);
        var epoch = SecondsPerEpoch(trial) ?? pace.Of(trial);
        var left = EpochsLeft(sweep, trial);
        var spent = (trial.Trained + (now - lease.GrantedAt)).TotalSeconds;
        var expected = trial.Attempts * besides + (trial.Epochs + left) * epoch;
        return Math.Clamp(expected - spent, Math.Max(0, left - 1) * epoch, besides + left * epoch);
    }

    static int EpochsLeft(SweepState sweep, TrialState trial) => Math.Max(0, SweepProgress.PlannedEpochs(sweep, trial) - trial.Epochs);

    // The first epochs of a trial run beside the evaluation of the one before it, and take longer than those that follow.
    static double? SecondsPerEpoch(TrialState trial) =>
        Measured(Median.Of(trial.Curve.Values.Skip(trial.Curve.Count / 2).Select(epoch => epoch.Seconds)));

    static double SecondsBesidesEpochs(TrialState trial) => Math.Max(0, trial.Trained.TotalSeconds - trial.SecondsInEpochs);

    // The first one takes several times as long as the others.
    static double? SecondsOfEvaluation(SweepState sweep, TrialState trial) =>
        trial.Evaluation == EvaluationStatus.Completed && trial.Number != sweep.FirstEvaluated
            ? Measured(trial.Evaluated.TotalSeconds)
            : null;

    static TimeSpan Time(double seconds) => seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;

    static double? Measured(double seconds) => double.IsFinite(seconds) && seconds > 0 ? seconds : null;

    /// <summary>Slots, by when they are free, in seconds from now.</summary>
    sealed class Slots(IEnumerable<double> freeAt)
    {
        readonly PriorityQueue<double, double> free = new(freeAt.Select(at => (at, at)));

        public double LastEnd => free.UnorderedItems.Max(slot => slot.Element);

        /// <summary>Gives work to the slot that is free first.</summary>
        /// <returns>When it is done.</returns>
        public double Do(double notBefore, double seconds)
        {
            var end = Math.Max(notBefore, free.Dequeue()) + seconds;
            free.Enqueue(end, end);
            return end;
        }
    }
}
