using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What can be named in a sweep file. The projects that implement a name are above this one, so their tests hold the two
/// together.</summary>
public static class KnownNames
{
    public const string Gaussian = "gaussian",
        Dirichlet = "dirichlet",
        VonMisesFisher = "von-mises-fisher";

    public const string Grid = "grid",
        Random = "random",
        Sobol = "sobol",
        Tpe = "tpe";

    /// <summary>Stands for every value that suits.</summary>
    public const string Auto = "auto";

    public static ImmutableArray<string> DataSets { get; } = ["digits", "mnist", "kmnist", "fashion-mnist", "cifar10"];

    public static ImmutableArray<string> Architectures { get; } = ["glow", "realnvp"];

    public static ImmutableArray<string> Couplings { get; } = ["affine", "additive", "spline"];

    public static ImmutableArray<string> Mixings { get; } = ["lu", "permutation"];

    public static ImmutableArray<string> BaseDistributions { get; } = [Gaussian, Dirichlet, VonMisesFisher];

    public static ImmutableArray<string> Precisions { get; } = ["float32", "tf32", "bfloat16"];

    public static ImmutableArray<string> Optimizers { get; } = ["adam", "adamw", "adamax"];

    public static ImmutableArray<string> Schedules { get; } = ["constant", "cosine", "step"];

    public static ImmutableArray<string> SearchAlgorithms { get; } = [Grid, Random, Sobol, Tpe];

    public static ImmutableArray<string> Features { get; } = [Auto, "domain"];

    public static ImmutableArray<string> InterpolationSchemes { get; } =
    ["linear", "norm-corrected", "slerp", "variance-preserving", "simplex", "sphere", "small-circle"];
}
