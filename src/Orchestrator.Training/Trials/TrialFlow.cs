using Orchestrator.Flows;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>The flow that a trial's spec describes.</summary>
public static class TrialFlow
{
    /// <summary>A fresh flow in float32; equal seeds give equal bytes.</summary>
    /// <exception cref="TrialFailure">The spec describes no flow that can be built (bad spec).</exception>
    public static FlowModel Create(TrialSpec spec, ImageShape shape, long seed, Device device)
    {
        try
        {
            var @base = spec.Settings.Base;
            var distribution = BaseDistributions.Create(
                @base.Distribution,
                shape.Dimension,
                @base.Alpha,
                @base.Kappa?.For(shape.Dimension),
                @base.IsLearned
            );
            var flow = FlowModel.Create(spec.Settings.Flow.Architecture, shape, Options(spec.Settings.Flow), distribution, seed);
            flow.to(device);
            return flow;
        }
        catch (ArgumentException e)
        {
            throw new TrialFailure(AttemptCause.BadSpec, e.Message, inner: e);
        }
    }

    /// <returns>Why images of this shape cannot go through the flow; null where they can. Builds nothing.</returns>
    public static string? Fault(TrialSpec spec, ImageShape shape)
    {
        try
        {
            FlowArchitectures.Check(spec.Settings.Flow.Architecture, shape, Options(spec.Settings.Flow));
            return null;
        }
        catch (ArgumentException e)
        {
            return $"flow: {e.Message}";
        }
    }

    /// <summary>The trained flow of a checkpoint, with its averaged weights.</summary>
    /// <exception cref="CheckpointException">The checkpoint's tensors are not those of its spec's flow.</exception>
    public static FlowModel Load(Checkpoint checkpoint, Device device)
    {
        ModelCheck.Check(checkpoint);
        var flow = Create(checkpoint.Manifest.Spec, checkpoint.Manifest.Shape, seed: 0, device);
        Load(flow, checkpoint);
        return flow;
    }

    static FlowOptions Options(FlowSettings flow) =>
        new(flow.Levels, flow.Steps, flow.Hidden, flow.Coupling, flow.Mixing ?? ChannelMixing.Lu);

    internal static void Load(FlowModel flow, Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        try
        {
            flow.Load(checkpoint.Model.ToDictionary(t => t.Key, t => t.Value.ToTensor()));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"{checkpoint.Folder}: {e.Message}", e);
        }
    }
}
