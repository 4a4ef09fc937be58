using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Where sweeps stand, as the active coordinator knows them. Worked out when somebody asks, from the newest state of
/// each.</summary>
/// <remarks>Only sweeps that are not over have series of their own, and of these only the first <see cref="MostSweeps"/>: slots are offered
/// to the oldest sweep first. Of the tokens that submitted sweeps those <see cref="MostTokens"/> have series that took the most.</remarks>
public sealed class SweepMetrics
{
    public const int MostSweeps = 20,
        MostTokens = 20;

    readonly Gauge _sweepCount,
        _trials,
        _evaluations,
        _evaluationQueue;
    readonly Gauge _sweepTrials,
        _epochsDone,
        _epochsPlanned,
        _eta,
        _lastProgress,
        _bestValidation,
        _bestTest,
        _bestFid,
        _bestKid;
    readonly SchedulerMetrics _scheduler;
    readonly SpendingMetrics _spending,
        _spendingOfTokens;
    readonly Lock _gate = new();
    readonly Dictionary<string, SweepState> _sweeps = [];
    readonly Dictionary<string, DateTimeOffset> _progress = [];
    readonly TimeProvider _time;

    internal SweepMetrics(MetricFamilies families, TimeProvider time)
    {
        _time = time;
        _sweepCount = families.Gauge("orchestrator_sweeps", "sweeps", "Sweeps by state.", "state");
        _trials = families.Gauge("orchestrator_trials", "trials", "Trials of all sweeps by state.", "state");
        _evaluations = families.Gauge("orchestrator_evaluations", "evaluations", "Evaluations of all sweeps by state.", "state");
        _evaluationQueue = families.Gauge(
            "orchestrator_evaluation_queue_length",
            "checkpoints",
            "Finished checkpoints that wait for an evaluator."
        );
        _sweepTrials = families.Gauge("orchestrator_sweep_trials", "trials", "Trials of a sweep by state.", "sweep", "state");
        _epochsDone = families.Gauge("orchestrator_sweep_epochs_done", "epochs", "Epochs of a sweep that are trained.", "sweep");
        _epochsPlanned = families.Gauge(
            "orchestrator_sweep_epochs_planned",
            "epochs",
            "Epochs of a sweep in all; of a trial that failed or was stopped only those it did.",
            "sweep"
        );
        _eta = families.Gauge(
            "orchestrator_sweep_eta_seconds",
            "seconds",
            "Time left of a sweep: training still to do and evaluations to come, at their measured cost, over the slots that do each; "
                + "missing before an epoch, and an evaluation after the first, were timed, and while nothing of the sweep runs.",
            "sweep"
        );
        _lastProgress = families.Gauge(
            "orchestrator_sweep_last_progress_timestamp_seconds",
            "seconds since 1970",
            "When a running sweep last had an epoch, a checkpoint or an outcome reported, or when this coordinator took it over.",
            "sweep"
        );
        _bestValidation = families.Gauge(
            "orchestrator_sweep_best_validation_bits_per_dim",
            "bits per dimension",
            "Of the best trial, which is the one whose newest validation bits per dimension are lowest and which has not failed: "
                + "validation bits per dimension.",
            "sweep"
        );
        _bestTest = families.Gauge(
            "orchestrator_sweep_best_test_bits_per_dim",
            "bits per dimension",
            "Of the best trial: test bits per dimension; missing until it is evaluated.",
            "sweep"
        );
        _bestFid = families.Gauge(
            "orchestrator_sweep_best_fid",
            "squared feature distance",
            "Of the best trial: FID of its samples; missing until it is evaluated.",
            "sweep"
        );
        _bestKid = families.Gauge(
            "orchestrator_sweep_best_kid",
            "squared feature distance",
            "Of the best trial: KID of its samples; missing until it is evaluated.",
            "sweep"
        );
        _scheduler = new SchedulerMetrics(families);
        _spending = new SpendingMetrics(families, "sweep", "a sweep");
        _spendingOfTokens = new SpendingMetrics(families, "token", "all sweeps that were submitted with an API token");
    }

    IEnumerable<Gauge> PerSweep =>
        [_sweepTrials, _epochsDone, _epochsPlanned, _eta, _lastProgress, _bestValidation, _bestTest, _bestFid, _bestKid];

    internal void Happened(string sweep, SweepEvent fact)
    {
        _scheduler.Happened(fact);
        if (
            fact
            is not (
                SweepSubmitted
                or EpochReported
                or CheckpointReported
                or TrialCompleted
                or TrialFailed
                or TrialPaused
                or EvaluationCompleted
                or EvaluationFailed
            )
        )
            return;
        lock (_gate)
            _progress[sweep] = fact.At;
    }

    /// <returns>What was known of the sweep before.</returns>
    internal SweepState? Changed(SweepState state)
    {
        lock (_gate)
        {
            var before = _sweeps.GetValueOrDefault(state.Spec.Name);
            _sweeps[state.Spec.Name] = state;
            _progress.TryAdd(state.Spec.Name, _time.GetUtcNow());
            return before;
        }
    }

    internal void Forget(string sweep)
    {
        lock (_gate)
        {
            _sweeps.Remove(sweep);
            _progress.Remove(sweep);
        }
    }

    /// <summary>Another coordinator is the active one now.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            _sweeps.Clear();
            _progress.Clear();
        }
    }

    internal void Collect()
    {
        lock (_gate)
        {
            Count(_sweepCount, Enum.GetValues<SweepStatus>(), status => _sweeps.Values.Count(sweep => sweep.Status == status));
            Count(_trials, Enum.GetValues<TrialStatus>(), status => _sweeps.Values.Sum(sweep => sweep.Count(status)));
            Count(
                _evaluations,
                Enum.GetValues<EvaluationStatus>().Where(status => status != EvaluationStatus.None),
                status => _sweeps.Values.Sum(sweep => sweep.Trials.Count(trial => trial.Evaluation == status))
            );
            _evaluationQueue.Set(_sweeps.Values.Sum(sweep => sweep.PendingEvaluations.Count));

            var shown = _sweeps
                .Values.Where(sweep => !sweep.IsOver)
                .OrderBy(sweep => sweep.SubmittedAt)
                .ThenBy(sweep => sweep.Spec.Name, StringComparer.Ordinal)
                .Take(MostSweeps)
                .ToList();
            var names = shown.Select(sweep => sweep.Spec.Name).ToHashSet();
            foreach (var gauge in PerSweep)
                gauge.RemoveWhere(labels => !names.Contains(labels[0]));
            foreach (var sweep in shown)
                Collect(sweep);
            _scheduler.Collect(shown);
            CollectSpending(shown, _time.GetUtcNow());
        }
    }

    /// <summary>Sweeps that are over count for their tokens.</summary>
    void CollectSpending(List<SweepState> shown, DateTimeOffset now)
    {
        _spending.Collect(shown.ToDictionary(sweep => sweep.Spec.Name, sweep => SpendingMetrics.Of(sweep, now)));
        _spendingOfTokens.Collect(
            _sweeps
                .Values.Where(sweep => sweep.SubmittedBy is not null)
                .GroupBy(sweep => sweep.SubmittedBy!, sweep => SpendingMetrics.Of(sweep, now))
                .Select(token => (Token: token.Key, Spent: token.Aggregate((a, b) => a + b)))
                .OrderByDescending(token => token.Spent.Total.Slot)
                .Take(MostTokens)
                .ToDictionary(token => token.Token, token => token.Spent)
        );
    }

    void Collect(SweepState sweep)
    {
        var name = sweep.Spec.Name;
        foreach (var status in Enum.GetValues<TrialStatus>())
            _sweepTrials.WithLabels(name, Labels.Of(status)).Set(sweep.Count(status));
        Set(_lastProgress, name, sweep.Status == SweepStatus.Running ? _progress[name].ToUnixTimeMilliseconds() / 1000.0 : null);

        var progress = SweepProgress.From(sweep, _time.GetUtcNow());
        Set(_epochsDone, name, progress.EpochsDone);
        Set(_epochsPlanned, name, progress.EpochsPlanned);
        Set(_eta, name, progress.TimeLeft.Total?.TotalSeconds);
        Set(_bestValidation, name, progress.Best?.ValidationBitsPerDim);
        Set(_bestTest, name, progress.Best?.Scores?.Test.BitsPerDim);
        Set(_bestFid, name, progress.Best?.Scores?.Samples.Fid);
        Set(_bestKid, name, progress.Best?.Scores?.Samples.Kid);
    }

    static void Set(Gauge gauge, string sweep, double? value)
    {
        if (value is { } known)
            gauge.WithLabels(sweep).Set(known);
        else
            gauge.RemoveLabelled(sweep);
    }

    static void Count<T>(Gauge gauge, IEnumerable<T> states, Func<T, int> count)
        where T : struct, Enum
    {
        foreach (var state in states)
            gauge.WithLabels(Labels.Of(state)).Set(count(state));
    }
}
