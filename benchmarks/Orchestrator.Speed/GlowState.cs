using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Speed;

/// <summary>A flow for others to load: every tensor as a checkpoint has it, and images with what they have to come to.</summary>
static class GlowState
{
    const int Steps = 5;

    /// <summary>Writes safetensors after a few steps, so that nothing is zero any more; <c>images</c> [B,1,28,28] and their log-densities
    /// in nats per dimension, <c>log_prob</c> [B].</summary>
    public static void Write(GlowCase which, string file)
    {
        using var training = new GlowTraining(which);
        for (var step = 0; step < Steps; step++)
            training.Step();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var logProb = training.Flow.LogProb(training.Images) / GlowCase.Shape.Dimension;
        File.WriteAllBytes(
            file,
            Safetensors.Write([
                .. training.Flow.StateTensors().Select(entry => StoredTensor.From(entry.Name, entry.Tensor)),
                StoredTensor.From("images", training.Images),
                StoredTensor.From("log_prob", logProb),
            ])
        );
    }
}
