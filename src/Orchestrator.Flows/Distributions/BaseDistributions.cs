namespace Orchestrator.Flows.Distributions;

/// <summary>The base distributions by name.</summary>
public static class BaseDistributions
{
    public static IReadOnlyList<string> Names { get; } = ["dirichlet", "gaussian", "von-mises-fisher"];

    /// <param name="alpha">Concentration of a Dirichlet.</param>
    /// <param name="kappa">Concentration of a von Mises-Fisher, absolute.</param>
    /// <param name="isLearned">The concentration is a parameter of the flow, and the one given is its start.</param>
    /// <exception cref="ArgumentException">Unknown name, or the concentration that the distribution needs is missing or
    /// impossible.</exception>
    public static BaseDistribution Create(string name, int dimension, double? alpha = null, double? kappa = null, bool isLearned = false) =>
        name switch
        {
            "dirichlet" => new Dirichlet(dimension, alpha ?? throw Missing(name, nameof(alpha)), isLearned),
            "gaussian" when isLearned => throw new ArgumentException(
                "base distribution 'gaussian' has no concentration to learn",
                nameof(isLearned)
            ),
            "gaussian" => new Gaussian(dimension),
            "von-mises-fisher" => new VonMisesFisher(dimension, kappa ?? throw Missing(name, nameof(kappa)), isLearned),
            _ => throw new ArgumentException($"unknown base distribution '{name}': known are {string.Join(", ", Names)}", nameof(name)),
        };

    static ArgumentException Missing(string name, string parameter) => new($"base distribution '{name}' needs {parameter}", parameter);
}
