using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Builds a trial's flow, and trains a few steps of it, and keeps nothing.</summary>
public static class FlowProbe
{
    /// <summary>Bytes of a checkpoint for each trained number: the averaged weights, the weights, and two moments, in float32.</summary>
    public const int BytesPerParameter = 16;

    /// <returns>How many numbers are trained.</returns>
    /// <exception cref="TrialFailure">There is no such flow.</exception>
    public static long Parameters(TrialSpec spec, ImageDataset data)
    {
        using var scope = NewDisposeScope();
        using var flow = TrialFlow.Create(spec, data.Shape, new TrialSeeds(spec.Seed, 0).Weights, CPU);
        return flow.parameters().Sum(parameter => parameter.numel());
    }

    /// <param name="steps">At least 1.</param>
    /// <returns>Seconds of a step; the first one, which takes longer, counts only where it is the only one.</returns>
    /// <exception cref="TrialFailure">A step cannot be made.</exception>
    public static double SecondsPerStep(TrialSpec spec, ImageDataset data, int steps, TimeProvider time)
    {
        set_num_threads(spec.Threads);
        var (training, seeds, device) = (spec.Settings.Training, new TrialSeeds(spec.Seed, 0), DeviceChoice.Of(spec.Device));
        using var scope = NewDisposeScope();
        using var train = new ImageTensors(data.Train, device);
        using var flow = TrialFlow.Create(spec, data.Shape, seeds.Weights, device);
        var order = Permutation.Of(data.Train.Count, seeds.Order(1));
        flow.Initialise(Dequantisation.Apply(train.Batch(order.AsSpan(..training.BatchSize)), data.Levels, seeds.Initialisation));
        using var state = new TrainingState(flow, training);
        var begun = time.GetTimestamp();
        for (var step = 1; step <= steps; step++)
        {
            using var one = NewDisposeScope();
            var images = Dequantisation.Apply(train.Batch(order.AsSpan(..training.BatchSize)), data.Levels, seeds.Noise(step));
            state.Advance(images, LearningRate.At(step, training, training.StepsPerEpoch(data.Train.Count)));
            if (step == 1 && steps > 1)
                begun = time.GetTimestamp();
        }

        return time.GetElapsedTime(begun).TotalSeconds / Math.Max(1, steps - 1);
    }
}
