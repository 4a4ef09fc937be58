using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Progress;

/// <summary>How long a sweep still takes if it goes on as it did: what is left to do, at the cost that was measured, over the slots that do
/// it.</summary>
/// <param name="Training">Until the last epoch is trained; null before an epoch was timed.</param>
/// <param name="Total">Until the last evaluation is done too; null before an epoch was timed, and an evaluation after the first.</param>
public readonly record struct TimeLeft(TimeSpan? Training, TimeSpan? Total)
{
    const int MostTrialsOfSpread = 50,
        LeastEpochsOfSpread = 5;

    /// <summary>Between these two is the time left, of <see cref="Total"/>, or of <see cref="Training"/> where that is not known: the least
    /// that is to come (<see cref="WorkToCome"/>), as fast as the fastest twentieth of the epochs were, and the most of it, as slow as the
    /// slowest twentieth. Null where too few epochs were timed.</summary>
    public (TimeSpan From, TimeSpan To)? Range { get; init; }

    /// <remarks>
    /// What is to be trained (<see cref="WorkToCome"/>) is laid out over the training slots in the order in which it is granted, and the
    /// evaluations, each as soon as its trial is trained, over the evaluation slots. A trial costs its epochs and what its process needs
    /// besides: to start, to load data, to leave.
    /// </remarks>
    /// <returns>Nothing where the sweep does not run, or no slot works on it.</returns>
    internal static TimeLeft Of(SweepState sweep, (WorkToCome Least, WorkToCome Expected, WorkToCome Most) toCome, DateTimeOffset now)
    {
        if (sweep.Status != SweepStatus.Running || sweep.Leases.IsEmpty || Ends(sweep, toCome.Expected, now) is not var (training, total))
            return default;
        var left = new TimeLeft(Time(training), total is { } all ? Time(all) : null);
        if (Spread(sweep) is not var (fast, slow))
            return left;
        return left with { Range = (Time(fast * Last(toCome.Least)), Time(slow * Last(toCome.Most))) };

        double Last(WorkToCome work) =>
            Ends(sweep, work, now) is var (trained, evaluated) ? (total is null ? trained : evaluated ?? trained) : 0;
    }

    /// <returns>Until the first of the trials that train now leaves its slot; null where none trains, or no epoch was timed.</returns>
    public static TimeSpan? NextTrained(SweepState sweep, DateTimeOffset now) =>
        Running(sweep, WorkKind.Training).Count > 0 && EndsOfTraining(sweep, WorkToCome.Of(sweep).Expected, now) is { } ends
            ? Time(ends.Min(end => end.At))
            : null;

    /// <returns>When the last trial is trained, and when the last evaluation is done, in seconds from now.</returns>
    static (double Training, double? Total)? Ends(SweepState sweep, WorkToCome toCome, DateTimeOffset now)
    {
        if (EndsOfTraining(sweep, toCome, now) is not { } trained)
            return null;
        var training = trained.Count == 0 ? 0 : trained.Max(end => end.At);
        return (training, LastEnd(sweep, toCome, now, trained, training));
    }

    /// <summary>What nine of ten epochs are between, of what an epoch took beside the others of its trial, of the newest trials.</summary>
    static (double Fast, double Slow)? Spread(SweepState sweep)
    {
        var ratios = (
            from trial in sweep.Trials.Reverse().Where(trial => trial.Curve.Count > 1).Take(MostTrialsOfSpread)
            let typical = SecondsPerEpoch(trial)
            where typical is not null
            from epoch in trial.Curve
            where Measured(epoch.Seconds) is not null
            select epoch.Seconds / typical.Value
        )
            .Order()
            .ToArray();
        return ratios.Length < LeastEpochsOfSpread
            ? null
            : (Math.Min(1, ratios[(ratios.Length - 1) / 20]), Math.Max(1, ratios[^(1 + (ratios.Length - 1) / 20)]));
    }

    /// <returns>When each stretch will be trained, in seconds from now; null where that is not known.</returns>
    static List<(double At, Stretch Stretch)>? EndsOfTraining(SweepState sweep, WorkToCome toCome, DateTimeOffset now)
    {
        var running = Running(sweep, WorkKind.Training);
        if (running.Count == 0)
            return toCome.Training.IsEmpty ? [] : null;
        if (CostByParameters.Fit(sweep.Spec.Space, sweep.Trials.Select(trial => (trial, SecondsPerEpoch(trial)))) is not { } pace)
            return null;
        var besides = Median.Of(
            sweep.Trials.Where(trial => trial.Status is TrialStatus.Completed or TrialStatus.Paused).Select(SecondsBesidesEpochs)
        );
        // One that was given up trains no more, and leaves.
        var begun = toCome
            .Training.Where(stretch => stretch is { Trial: not null, Begins: false })
            .ToDictionary(stretch => stretch.Trial!.Number);
        var trained = running
            .Select(lease => (lease, Stretch: begun.GetValueOrDefault(lease.Trial)))
            .Select(one => (At: Remaining(sweep.Trial(one.lease.Trial), one.Stretch.Epochs, one.lease, now, pace, besides), one.Stretch))
            .ToList();
        var slots = new Slots(trained.Select(end => end.At));
        foreach (var stretch in toCome.Training.Where(stretch => stretch.Trial is null || stretch.Begins))
        {
            var seconds = stretch.Epochs * (stretch.Trial is { } trial ? pace.Of(trial) : pace.Typical);
            trained.Add((slots.Do(0, (stretch.Begins ? besides : 0) + seconds), stretch));
        }

        return trained;
    }

    /// <returns>When the last evaluation is done, in seconds from now; null where that is not known.</returns>
    /// <param name="training">When the last trial is trained.</param>
    static double? LastEnd(
        SweepState sweep,
        WorkToCome toCome,
        DateTimeOffset now,
        List<(double At, Stretch Stretch)> trained,
        double training
    )
    {
        var running = Running(sweep, WorkKind.Evaluation);
        var waiting = sweep
            .PendingEvaluations.Select(pending => (At: 0.0, Trial: (TrialState?)sweep.Trial(pending.Trial)))
            .Concat(trained.Where(end => end.Stretch.IsEvaluated).Select(end => (end.At, end.Stretch.Trial)))
            .ToList();
        // Of those that are chosen once all are trained nobody knows which they are.
        waiting.AddRange(Enumerable.Repeat((training, (TrialState?)null), Math.Max(0, toCome.Evaluations - running.Count - waiting.Count)));
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
            slots.Do(trainedAt, trial is null ? cost.Typical : cost.Of(trial));
        return Math.Max(training, slots.LastEnd);
    }

    static List<Lease> Running(SweepState sweep, WorkKind kind) =>
        [.. sweep.Leases.Values.Select(held => held.Lease).Where(lease => lease.Kind == kind)];

    /// <summary>What the trial should take in all less what was spent on it, but at least the epochs after the running one.</summary>
    static double Remaining(TrialState trial, int left, Lease lease, DateTimeOffset now, CostByParameters pace, double besides)
    {
        var epoch = SecondsPerEpoch(trial) ?? pace.Of(trial);
        var spent = (trial.Trained + (now - lease.GrantedAt)).TotalSeconds;
        var expected = trial.Attempts * besides + (trial.Epochs + left) * epoch;
        return Math.Clamp(expected - spent, Math.Max(0, left - 1) * epoch, besides + left * epoch);
    }

    // The first epochs of a trial run beside the evaluation of the one before it, and take longer than those that follow.
    static double? SecondsPerEpoch(TrialState trial) =>
        Measured(Median.Of(trial.Curve.Skip(trial.Curve.Count / 2).Select(epoch => epoch.Seconds)));

    // A trial that was promoted had a process for each rung.
    static double SecondsBesidesEpochs(TrialState trial) =>
        Math.Max(0, trial.Trained.TotalSeconds - trial.SecondsInEpochs) / (1 + trial.Promotions);

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
