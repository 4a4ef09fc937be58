using BenchmarkDotNet.Attributes;
using Orchestrator.Flows;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Tensors;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Benchmarks;

/// <summary>A training step of Glow as sweeps/fashion-mnist.yaml has it, on one thread as a slot without a GPU has it. An operation is one
/// image: operations a second are images a second.</summary>
[SimpleJob(warmupCount: 2, iterationCount: 10)]
public class StepBenchmark
{
    const int BatchSize = 16;
    static readonly ImageShape Shape = new(1, 28, 28);

    FlowModel flow = null!;
    FlatParameters parameters = null!;
    Adam optimizer = null!;
    Tensor images = null!;
    long step;

    [ParamsSource(nameof(Bases))]
    public string Base { get; set; } = "";

    public static IEnumerable<string> Bases => BaseDistributions.Names;

    [GlobalSetup]
    public void SetUp()
    {
        set_num_threads(1);
        using var generator = new Generator(1);
        var distribution = BaseDistributions.Create(Base, Shape.Dimension, alpha: 2, kappa: Shape.Dimension);
        flow = FlowModel.Create("glow", Shape, new FlowOptions(Levels: 2, Steps: 8, Hidden: 64), distribution, seed: 1);
        using var uniform = rand(BatchSize, Shape.Channels, Shape.Height, Shape.Width, generator: generator);
        images = uniform.Minus(0.5);
        flow.Initialise(images);
        parameters = new FlatParameters(flow);
        optimizer = new Adam(parameters.Values);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void Step()
    {
        using var scope = NewDisposeScope();
        parameters.ClearGradients();
        var loss = flow.LogProb(images).sum().Times(-1.0 / images.numel());
        loss.backward();
        optimizer.Step(parameters.Gradients, learningRate: 1e-5, ++step);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        optimizer.Dispose();
        parameters.Dispose();
        flow.Dispose();
        images.Dispose();
    }
}
