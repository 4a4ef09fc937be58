namespace Orchestrator.Training.Trials;

/// <summary>What a step of training came to.</summary>
/// <param name="Nats">Mean loss in nats per dimension.</param>
/// <param name="GradientNorm">The gradient's L2 norm before clipping.</param>
readonly record struct StepFigures(double Nats, double GradientNorm)
{
    public bool AreFinite => double.IsFinite(Nats) && double.IsFinite(GradientNorm);
}
