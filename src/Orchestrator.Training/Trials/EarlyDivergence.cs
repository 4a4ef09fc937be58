using System.Globalization;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary>A training that is lost although every number is still one: waiting for infinity would take all its epochs.</summary>
static class EarlyDivergence
{
    /// <summary>Above what an image costs that is coded without any model; a flow before its first step is nearer than that.</summary>
    const double LargestExcess = 10;

    /// <param name="trainBits">Mean of a whole epoch: single steps may leap, and recover.</param>
    /// <param name="step">The epoch's last.</param>
    /// <exception cref="TrialFailure">The loss exploded (divergence).</exception>
    public static void Check(double trainBits, int levels, int epoch, long step)
    {
        var uniform = Math.Log2(levels);
        if (trainBits <= uniform + LargestExcess)
            return;
        throw new TrialFailure(
            AttemptCause.Divergence,
            string.Create(
                CultureInfo.InvariantCulture,
                $"step {step}: the loss exploded: {trainBits:G6} bits per dimension over epoch {epoch}, where no model at all has "
                    + $"{uniform:G6}"
            ),
            "loss",
            step
        );
    }
}
