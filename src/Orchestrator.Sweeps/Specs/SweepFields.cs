namespace Orchestrator.Sweeps.Specs;

/// <summary>The values of a sweep file outside <c>trial</c> and <c>parameters</c>.</summary>
public static class SweepFields
{
    /// <summary>Sections of their own: what every trial starts from, and what is swept.</summary>
    public const string Trial = "trial",
        Parameters = "parameters";

    /// <summary>Conditions that leave configurations out, and configurations that run first: lists of a form of their own.</summary>
    public const string Where = "where",
        Enqueue = "search.enqueue";

    internal const string WhereDescription = "Conditions over a trial's settings; what does not fulfil them all is no trial.",
        EnqueueDescription = "Configurations to run before the search draws any.";

    internal const string SearchTrials = "search.trials",
        SchedulerAlgorithm = "scheduler.algorithm",
        SchedulerMode = "scheduler.mode",
        SchedulerMaxEpochs = "scheduler.max_epochs",
        StratifyBy = "scheduler.stratify_by",
        RefineMetric = "scheduler.refine.metric",
        EvaluationWhen = "evaluation.when";

    /// <summary>Trials that a sweep may have where not all of them are listed from the start.</summary>
    public const int MostTrials = 50_000;

    public static FieldTable Table { get; } =
        new([
            new("name", SweepName, null, "Name of the sweep, unique in its data folder.") { IsRequired = true },
            new("dataset", DataSet, null, "Data set that every trial learns.") { IsRequired = true },
            new("seed", new WholeNumber(0, long.MaxValue), "0", "Everything random derives from it."),
            new("search.algorithm", new OneOf(KnownNames.SearchAlgorithms), KnownNames.Grid, "How trials are taken from the space."),
            new(SearchTrials, new WholeNumber(1, MostTrials), null, "Configurations in all; a grid has what it has."),
            new(
                "search.start",
                new OneOf([KnownNames.Random, KnownNames.Sobol]),
                KnownNames.Sobol,
                "How TPE draws its first configurations."
            ),
            new("search.start_trials", new WholeNumber(1, 1_000), "10", "Configurations that TPE draws before it looks at results."),
            new(
                "search.preset",
                new OneOf([SearchSpec.Univariate, SearchSpec.Multivariate]),
                SearchSpec.Multivariate,
                "Whether TPE models parameters one by one or together."
            ),
            new("search.prior", SweepName, null, "Sweeps whose trials TPE knows from the start.") { IsList = true },
            new(
                SchedulerAlgorithm,
                new OneOf([SchedulerSpec.None, SchedulerSpec.Median, SchedulerSpec.Asha, SchedulerSpec.Hyperband]),
                SchedulerSpec.None,
                "Which trials are given up before their last epoch."
            ),
            new(
                SchedulerMode,
                new OneOf([SchedulerSpec.Stop, SchedulerSpec.Promote]),
                SchedulerSpec.Promote,
                "Whether trials run on until they are stopped, or wait at each rung to be promoted."
            ),
            new(
                "scheduler.metric",
                new OneOf([SchedulerSpec.ValidationBitsPerDim, SchedulerSpec.TrainingBitsPerDim]),
                SchedulerSpec.ValidationBitsPerDim,
                "What trials are compared by; lower is better."
            ),
            new("scheduler.min_epochs", Limits.Epochs, "1", "Epochs that every trial is given."),
            new(SchedulerMaxEpochs, Limits.Epochs, null, "Epochs of the trials that go to the end; training.epochs where it is left out."),
            new("scheduler.reduction", new WholeNumber(2, 1_000), "3", "One of so many trials of a rung goes on to the next."),
            new(
                StratifyBy,
                new OneOf([.. TrialFields.Table.Fields.Select(field => field.Path)]),
                null,
                "Swept field: trials are compared with those that have the same there."
            ),
            new("scheduler.min_rung_population", new WholeNumber(1, MostTrials), "1", "Trials that a rung waits for before it decides."),
            new(
                RefineMetric,
                new OneOf([RefineSpec.Fid, RefineSpec.Kid]),
                null,
                "Score of rung checkpoints that decides promotions from a rung on."
            ),
            new("scheduler.refine.from_rung", new WholeNumber(1, 30), "1", "The lowest rung that it decides."),
            new(EvaluationWhen, EvaluationChoice.Kind, EvaluationChoice.Completed, "Which trials are evaluated."),
            new(
                "evaluation.features",
                new OneOf(KnownNames.Features) { Later = ["inception"] },
                KnownNames.Auto,
                "Feature network of FID and KID."
            ),
            new(
                "evaluation.samples",
                new WholeNumber(4),
                "10000",
                "Generated images that are scored; at most as many as there are test images."
            ),
            new("evaluation.kid.subsets", Limits.Subsets, "100", "Random subsets over which KID is averaged."),
            new("evaluation.kid.subset_size", new WholeNumber(4), "1000", "Images of each subset; at most as many as there are."),
            new("evaluation.interpolation.pairs", Limits.Pairs, "1000", "Pairs of test images between which paths are drawn."),
            new("evaluation.interpolation.points", Limits.Points, "9", "Points of each path, both ends included."),
            new(
                "evaluation.interpolation.schemes",
                new OneOf([KnownNames.Auto, .. KnownNames.InterpolationSchemes]),
                KnownNames.Auto,
                "Kinds of path; auto: all that suit the base."
            )
            {
                IsList = true,
            },
            new(
                "resources.device",
                new OneOf([KnownNames.Auto, "cpu", "cuda"]) { Form = new("cuda:[0-9]{1,3}", "cuda:N") },
                KnownNames.Auto,
                "Where trials compute."
            ),
            new("resources.threads", Limits.Threads, "1", "Threads of each trial process; results on CPU depend on it."),
            new("resources.gpu_fraction", Limits.GpuFraction, "1", "Share of a GPU that one trial takes."),
            new("retries.crash", new WholeNumber(0), "3", "Further attempts after a crash."),
            new(
                "retries.out_of_memory",
                new WholeNumber(0),
                "1",
                "Further evaluations after running out of memory; a training goes on with a batch in more parts."
            ),
            new("retries.divergence", new WholeNumber(0), "1", "Further attempts after a non-finite loss."),
            new(
                "retries.alike",
                new WholeNumber(0),
                "3",
                "Trials that end by the same fault, before any has trained an epoch, for which the sweep pauses itself; 0: it never does."
            ),
            new("retention.keep_last", new WholeNumber(1), "1", "Newest checkpoints kept of each trial."),
            new("retention.keep_best", new WholeNumber(0), "1", "Checkpoints with the best validation score kept of each trial."),
            new("retention.budget", new SizeInBytes(), null, "Upper bound of all checkpoints of the sweep together."),
            .. ForkSpec.Fields,
            .. SweepShare.Fields,
            .. SweepBudget.Fields,
            .. NotifySpec.Fields,
        ]);

    internal static Matching SweepName => new("[a-z0-9-]{1,48}", "1 to 48 characters of a-z, 0-9 and -");

    static OneOf DataSet => new(KnownNames.DataSets) { Form = new("idx:.+", "idx:DIR"), Later = ["npz:", "folder:"] };
}
