using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The settings of the base distribution: their rows of the table, and their values in one trial.</summary>
public sealed class BaseSettings(TrialSettings settings)
{
    public const string DistributionPath = "base.distribution";

    internal static ImmutableArray<Field> Fields { get; } =
    [
        new(DistributionPath, new OneOf(KnownNames.BaseDistributions), KnownNames.Gaussian, "Base distribution of the latents."),
        new("base.alpha", Limits.Alpha, null, "Symmetric concentration of a Dirichlet base.")
        {
            When = new(DistributionPath, KnownNames.Dirichlet),
        },
        new("base.kappa", Limits.Kappa, null, "Concentration of a von Mises-Fisher base; 1.5d means 1.5 times the latent dimension.")
        {
            When = new(DistributionPath, KnownNames.VonMisesFisher),
        },
        new(
            "base.concentration",
            new OneOf(["fixed", "learned"]),
            "fixed",
            "Whether alpha or kappa stays, or is where its learning starts."
        )
        {
            When = new(DistributionPath, KnownNames.Dirichlet, KnownNames.VonMisesFisher),
        },
    ];

    public string Distribution => settings.Text(DistributionPath);

    /// <summary>Null where the base is no Dirichlet distribution.</summary>
    public double? Alpha => settings.FindDouble("base.alpha");

    /// <summary>Null where the base is no von Mises-Fisher distribution.</summary>
    public Kappa? Kappa => settings.Find("base.kappa") is { } text ? Specs.Kappa.Parse(text) : null;

    /// <summary>Alpha or kappa is where learning starts.</summary>
    public bool IsLearned => settings.Find("base.concentration") == "learned";
}
