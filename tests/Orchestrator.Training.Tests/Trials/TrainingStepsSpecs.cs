using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Trials;

/// <summary>Steps that are sent ahead of what is read of them, as to a GPU, here on a CPU.</summary>
public sealed class TrainingStepsSpecs
{
    [Fact]
    public void Sent_ahead_they_come_to_the_same_bytes()
    {
        var (seen, weights) = Train(isSentAhead: false, steps: 12, readEvery: 1);
        var (ahead, weightsAhead) = Train(isSentAhead: true, steps: 12, readEvery: 5);
        Assert.Equal(seen, ahead);
        Assert.Equal(weights, weightsAhead);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 4)]
    [InlineData(4, 9)]
    [InlineData(1, 3)]
    public void A_divergence_is_told_with_its_step_and_layer_and_the_weights_before_it(int diverges, int readEvery)
    {
        var seen = Diverge(isSentAhead: false, diverges, readEvery: 1);
        var ahead = Diverge(isSentAhead: true, diverges, readEvery);
        Assert.Equal((AttemptCause.Divergence, (long)diverges), (ahead.Failure.Cause, ahead.Failure.Step!.Value));
        Assert.Equal((seen.Failure.Message, seen.Failure.Layer), (ahead.Failure.Message, ahead.Failure.Layer));
        Assert.Equal(diverges - 1, ahead.Step);
        Assert.Equal(seen.Weights, ahead.Weights);
    }

    static (StepFigures[] Figures, float[] Weights) Train(bool isSentAhead, int steps, int readEvery)
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        using var made = new TrainingSteps(trial.State, trial.Of, isSentAhead);
        List<StepFigures> figures = [];
        for (var step = 1; step <= steps; step++)
        {
            made.Advance();
            if (step % readEvery == 0 || step == steps)
                figures.AddRange(made.Read());
        }

        return ([.. figures], trial.Weights);
    }

    static (TrialFailure Failure, long Step, float[] Weights) Diverge(bool isSentAhead, int diverges, int readEvery)
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial { Diverges = diverges };
        using var made = new TrainingSteps(trial.State, trial.Of, isSentAhead);
        var failure = Assert.Throws<TrialFailure>(MakeAll);
        return (failure, trial.State.Step, trial.Weights);

        void MakeAll()
        {
            for (var step = 1; step <= 2 * readEvery + diverges; step++)
            {
                made.Advance();
                if (step % readEvery == 0)
                    made.Read();
            }
        }
    }

    sealed class Trial : IDisposable
    {
        readonly ImageTensors images = new(TinyTrial.Data.Train, CPU);
        readonly Orchestrator.Flows.FlowModel flow = TrialFlow.Create(TinyTrial.Spec, TinyTrial.Data.Shape, 1, CPU);

        public Trial()
        {
            flow.Initialise(Dequantisation.Apply(images.Range(0, 64), 17, 3));
            State = new TrainingState(flow, TinyTrial.Spec.Settings.Training);
        }

        public TrainingState State { get; }

        /// <summary>The step whose images are none.</summary>
        public long Diverges { get; init; }

        public float[] Weights => [.. flow.parameters().SelectMany(parameter => parameter.data<float>())];

        public (Tensor Images, double LearningRate) Of(long step)
        {
            var batch = Dequantisation.Apply(images.Range(step * 5, 16), 17, step);
            return (step == Diverges ? batch.fill_(float.NaN) : batch, 1e-3);
        }

        public void Dispose()
        {
            State.Dispose();
            flow.Dispose();
            images.Dispose();
        }
    }
}
