using Orchestrator.Flows;
using Orchestrator.Flows.Distributions;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Everything that a training step changes: the flow's weights, their average, the optimiser's moments and the step's
/// number.</summary>
sealed class TrainingState : IDisposable
{
    const string Weights = "weights";
    const string StepName = "step";

    readonly TrainingSettings training;
    readonly FlatParameters parameters;
    readonly Optimizer optimizer;
    readonly ExponentialMovingAverage average;

    /// <param name="flow">On its device, and initialised: the average starts from its weights.</param>
    public TrainingState(FlowModel flow, TrainingSettings training)
    {
        this.training = training;
        Flow = flow;
        parameters = new FlatParameters(flow);
        optimizer = Optimizers.Create(parameters.Values, training);
        average = new ExponentialMovingAverage(parameters.Values, training.Ema);
    }

    public FlowModel Flow { get; }

    /// <summary>The number of steps done.</summary>
    public long Step { get; private set; }

    public long ParameterCount => parameters.Values.numel();

    /// <summary>One step on dequantised images [B,C,H,W], part by part where gradients are accumulated.</summary>
    /// <exception cref="TrialFailure">Loss or gradient are not finite (divergence); the weights are as they were.</exception>
    public StepFigures Advance(Tensor images, double learningRate)
    {
        using var scope = NewDisposeScope();
        var measured = Differentiate(images);
        // One transfer from the device, and so one wait for it.
        var values = measured.cpu().data<double>();
        var figures = new StepFigures(values[0], values[1]);
        if (!figures.AreFinite)
            throw Divergence(images, figures);
        Update(measured, learningRate);
        return figures;
    }

    /// <summary>The same step, with nothing of it read from the device: where it is not finite, neither are the weights after it.</summary>
    /// <returns>Mean loss and gradient norm as of <see cref="StepFigures"/>, float64 [2], on the device; the caller's.</returns>
    public Tensor AdvanceUnseen(Tensor images, double learningRate)
    {
        using var scope = NewDisposeScope();
        var measured = Differentiate(images);
        Update(measured, learningRate);
        return measured.MoveToOuterDisposeScope();
    }

    /// <summary>All that steps change, as it is now; the caller's.</summary>
    public StateCopy Copy() => new([parameters.Values, average.Values, .. optimizer.Moments.Select(moment => moment.Values)]);

    /// <summary>Undoes steps.</summary>
    /// <param name="copy">Of before them.</param>
    public void GoBack(StateCopy copy, int steps)
    {
        copy.PutBack();
        Step -= steps;
    }

    /// <summary>Puts the averaged weights into the flow until the result is disposed.</summary>
    public IDisposable Averaged() => average.InPlaceOfWeights();

    /// <summary>Takes all of it as it is now.</summary>
    /// <returns>Writes that as a checkpoint, whatever has changed since.</returns>
    public Func<Checkpoint> Snapshot(ICheckpointStore store, CheckpointManifest manifest)
    {
        using var scope = NewDisposeScope();
        StoredTensor[] state =
        [
            StoredTensor.From(Weights, parameters.Values),
            .. optimizer.Moments.Select(moment => StoredTensor.From(moment.Name, moment.Values)),
            StoredTensor.From(StepName, Step),
        ];
        using var averaged = Averaged();
        StoredTensor[] model = [.. Flow.StateTensors().Select(t => StoredTensor.From(t.Name, t.Tensor))];
        return () => store.Write(manifest, model, state);
    }

    /// <exception cref="CheckpointException">The checkpoint is of another flow.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        TrialFlow.Load(Flow, checkpoint);
        average.Values.copy_(parameters.Values);
        foreach (var (name, target) in optimizer.Moments.Prepend((Weights, parameters.Values)))
        {
            if (
                !checkpoint.Optimizer.TryGetValue(name, out var stored)
                || stored.Type != float32
                || !stored.Shape.SequenceEqual(target.shape)
            )
                throw new CheckpointException($"{checkpoint.Folder}: no float32 tensor {name} of [{string.Join(", ", target.shape)}]");
            target.copy_(stored.ToTensor());
        }

        Step = checkpoint.Manifest.Step;
    }

    Tensor Differentiate(Tensor images)
    {
        parameters.ClearGradients();
        var losses = images.chunk(training.Accumulate).Select(part => Backward(part, images.shape[0])).ToArray();
        return stack([stack(losses).sum(), parameters.Gradients.norm().to(float64)]);
    }

    void Update(Tensor measured, double learningRate)
    {
        parameters.Gradients.mul_(GradientClip.Factor(measured[1], training.GradientClip));
        Step++;
        optimizer.Step(parameters.Gradients, learningRate, Step);
        average.Step(Step);
    }

    /// <summary>Adds the gradient of a part's share of the mean loss; what it took is freed before the next part.</summary>
    /// <returns>The share.</returns>
    Tensor Backward(Tensor part, long batch)
    {
        using var scope = NewDisposeScope();
        using var format = NumberFormats.OfNetworks(training.Precision);
        var factor = -1.0 / (batch * part[0].numel());
        if (training.Recompute)
            return Flow.BackwardRecomputing(part, factor).MoveToOuterDisposeScope();
        var loss = Flow.LogProb(part).sum().Times(factor);
        loss.backward();
        return loss.detach().MoveToOuterDisposeScope();
    }

    /// <summary>The failure of a trial whose validation of the averaged weights gave no number.</summary>
    /// <param name="images">Dequantised, [B,C,H,W]: those that gave none.</param>
    public TrialFailure ValidationDivergence(Tensor images)
    {
        using var averaged = Averaged();
        var (layer, what) = FirstNonFinite(images);
        return new TrialFailure(
            AttemptCause.Divergence,
            $"step {Step}: the averaged weights give validation images no finite likelihood{what}",
            layer,
            Step
        );
    }

    TrialFailure Divergence(Tensor images, StepFigures figures)
    {
        var (layer, what) = FirstNonFinite(images);
        return new TrialFailure(
            AttemptCause.Divergence,
            $"step {Step + 1}: loss {figures.Nats} nats per dimension, gradient norm {figures.GradientNorm}{what}",
            layer,
            Step + 1
        );
    }

    (string Layer, string What) FirstNonFinite(Tensor images)
    {
        try
        {
            Flow.ThrowIfNonFinite(images);
            parameters.ThrowIfNonFinite();
        }
        catch (NonFiniteException found)
        {
            return (found.Layer, $": {found.Message}");
        }

        return ("loss", "");
    }

    public void Dispose()
    {
        optimizer.Dispose();
        average.Dispose();
        parameters.Dispose();
    }
}
