using Orchestrator.Flows;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Everything that a training step changes: the flow's weights, their average, the optimiser's moments and the step's number.</summary>
sealed class TrainingState : IDisposable
{
    const string Weights = "weights";
    const string AdamMean = "adam.mean";
    const string AdamSquare = "adam.square";
    const string StepName = "step";

    readonly TrainingSpec training;
    readonly FlatParameters parameters;
    readonly Adam adam;
    readonly WeightAverage average;

    /// <param name="flow">On its device, and initialised: the average starts from its weights.</param>
    public TrainingState(FlowModel flow, TrainingSpec training)
    {
        this.training = training;
        Flow = flow;
        parameters = new FlatParameters(flow);
        adam = new Adam(parameters.Values);
        average = new WeightAverage(parameters.Values, training.Ema);
    }

    public FlowModel Flow { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    public long ParameterCount => parameters.Values.numel();

    /// <summary>One step on dequantised images [B,C,H,W].</summary>
    /// <returns>Mean loss in nats per dimension, and the gradient's L2 norm before clipping.</returns>
    /// <exception cref="TrialFailure">Loss or gradient are not finite (divergence); the weights are as they were.</exception>
    public (double Nats, double GradientNorm) Advance(Tensor images, double learningRate)
    {
        using var scope = NewDisposeScope();
        parameters.ClearGradients();
        var loss = Flow.LogProb(images).mean() * (-1.0 / images[0].numel());
        loss.backward();

        // One transfer from the device, and so one wait for it, a step.
        var figures = stack([loss.detach(), parameters.Gradients.norm().to(float64)]).cpu().data<double>();
        var (nats, norm) = (figures[0], figures[1]);
        if (!double.IsFinite(nats) || !double.IsFinite(norm))
            throw Divergence(images, nats, norm);

        parameters.Gradients.mul_(GradientClip.Factor(norm, training.GradientClip));
        Step++;
        adam.Step(parameters.Gradients, learningRate, Step);
        average.Step(Step);
        return (nats, norm);
    }

    /// <summary>Puts the averaged weights into the flow until the result is disposed.</summary>
    public IDisposable Averaged() => average.InPlaceOfWeights();

    public Checkpoint Write(ICheckpointStore store, CheckpointManifest manifest)
    {
        using var scope = NewDisposeScope();
        StoredTensor[] optimizer =
        [
            StoredTensor.From(Weights, parameters.Values),
            StoredTensor.From(AdamMean, adam.Mean),
            StoredTensor.From(AdamSquare, adam.Square),
            StoredTensor.From(StepName, Step),
        ];
        using var averaged = Averaged();
        return store.Write(manifest, Flow.StateTensors().Select(t => StoredTensor.From(t.Name, t.Tensor)), optimizer);
    }

    /// <exception cref="CheckpointException">The checkpoint is of another flow.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        TrialFlow.Load(Flow, checkpoint);
        average.Values.copy_(parameters.Values);
        foreach (var (name, target) in new[] { (Weights, parameters.Values), (AdamMean, adam.Mean), (AdamSquare, adam.Square) })
        {
            if (!checkpoint.Optimizer.TryGetValue(name, out var stored) || stored.Type != float32 || !stored.Shape.SequenceEqual(target.shape))
                throw new CheckpointException($"{checkpoint.Folder}: no float32 tensor {name} of [{string.Join(", ", target.shape)}]");
            target.copy_(stored.ToTensor());
        }

        Step = checkpoint.Manifest.Step;
    }

    TrialFailure Divergence(Tensor images, double nats, double norm)
    {
        var layer = "loss";
        var what = "";
        try
        {
            Flow.ThrowIfNonFinite(images);
            parameters.ThrowIfNonFinite();
        }
        catch (NonFiniteException found)
        {
            (layer, what) = (found.Layer, $": {found.Message}");
        }

        return new TrialFailure(AttemptCause.Divergence, $"step {Step + 1}: loss {nats} nats per dimension, gradient norm {norm}{what}", layer, Step + 1);
    }

    public void Dispose()
    {
        adam.Dispose();
        average.Dispose();
        parameters.Dispose();
    }
}
