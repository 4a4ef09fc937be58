namespace Orchestrator.Sweeps.Specs;

/// <summary>The values of a sweep file outside <c>trial</c> and <c>parameters</c>.</summary>
public static class SweepFields
{
    /// <summary>Sections of their own: what every trial starts from, and what is swept.</summary>
    public const string Trial = "trial",
        Parameters = "parameters";

    public static FieldTable Table { get; } =
        new([
            new(
                "name",
                new Matching("[a-z0-9-]{1,48}", "1 to 48 characters of a-z, 0-9 and -"),
                null,
                "Name of the sweep, unique in its data folder."
            )
            {
                IsRequired = true,
            },
            new("dataset", DataSet, null, "Data set that every trial learns.") { IsRequired = true },
            new("seed", new WholeNumber(0, long.MaxValue), "0", "Everything random derives from it."),
            new("search.algorithm", new OneOf(KnownNames.SearchAlgorithms), KnownNames.Grid, "How trials are taken from the space."),
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
            new("retries.out_of_memory", new WholeNumber(0), "1", "Further attempts after running out of memory."),
            new("retries.divergence", new WholeNumber(0), "1", "Further attempts after a non-finite loss."),
            new("retention.keep_last", new WholeNumber(1), "1", "Newest checkpoints kept of each trial."),
            new("retention.keep_best", new WholeNumber(0), "1", "Checkpoints with the best validation score kept of each trial."),
            new("retention.budget", new SizeInBytes(), null, "Upper bound of all checkpoints of the sweep together."),
        ]);

    static OneOf DataSet => new(KnownNames.DataSets) { Form = new("idx:.+", "idx:DIR"), Later = ["npz:", "folder:"] };
}
