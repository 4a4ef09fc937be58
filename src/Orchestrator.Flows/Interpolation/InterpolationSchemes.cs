using Orchestrator.Flows.Distributions;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The schemes that suit a base distribution.</summary>
public static class InterpolationSchemes
{
    /// <summary>All schemes for a base, the plain straight line first.</summary>
    public static IReadOnlyList<InterpolationScheme> For(BaseDistribution distribution) =>
        distribution switch
        {
            Dirichlet dirichlet => [new LinearInterpolation(), new SimplexInterpolation(dirichlet.Chart)],
            VonMisesFisher sphere =>
            [
                new LinearInterpolation(),
                new NormCorrectedInterpolation(),
                new SphereInterpolation(sphere.Chart),
                new SmallCircleInterpolation(sphere.Chart),
            ],
            _ =>
            [
                new LinearInterpolation(),
                new NormCorrectedInterpolation(),
                new SphericalInterpolation(),
                new VariancePreservingInterpolation(),
            ],
        };

    /// <summary>The path that the base's own space calls straight.</summary>
    public static InterpolationScheme Straight(BaseDistribution distribution) =>
        distribution switch
        {
            Dirichlet dirichlet => new SimplexInterpolation(dirichlet.Chart),
            VonMisesFisher sphere => new SphereInterpolation(sphere.Chart),
            _ => new LinearInterpolation(),
        };

    /// <exception cref="ArgumentException">The base has no scheme of that name.</exception>
    public static InterpolationScheme For(BaseDistribution distribution, string name)
    {
        var schemes = For(distribution);
        return schemes.FirstOrDefault(scheme => scheme.Name == name)
            ?? throw new ArgumentException(
                $"no interpolation scheme '{name}' for a {distribution.Name} base: it has "
                    + $"{string.Join(", ", schemes.Select(scheme => scheme.Name))}",
                nameof(name)
            );
    }
}
