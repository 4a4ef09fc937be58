namespace Orchestrator.Training.Optimisation;

public static class GradientClip
{
    /// <returns>The factor that brings a gradient of this L2 norm down to <paramref name="limit"/>; 1 where it is not above.</returns>
    public static double Factor(double norm, double limit) => norm > limit ? limit / norm : 1;
}
