using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Orchestrator.Evaluation.Distances;
using Orchestrator.Flows.Tensors;
using static TorchSharp.torch;

namespace Orchestrator.Benchmarks;

/// <summary>The distances of so many generated samples of 2048 features from as many real ones, on all threads.</summary>
[SimpleJob(RunStrategy.Monitoring, warmupCount: 1, iterationCount: 3)]
public class DistanceBenchmark
{
    const int Dimensions = 2048;

    Tensor real = null!;
    Tensor generated = null!;
    FeatureStatistics statistics = null!;

    [Params(2_500, 10_000)]
    public int Samples { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        using var generator = new Generator(1);
        real = randn(Samples, Dimensions, generator: generator);
        using var normal = randn(Samples, Dimensions, generator: generator);
        generated = normal.Times(1.1);
        statistics = FeatureStatistics.Of(real);
    }

    /// <summary>FID against statistics that were kept.</summary>
    [Benchmark]
    public double Frechet()
    {
        using var scope = NewDisposeScope();
        return FrechetDistance.Between(new FrechetReference(statistics), generated);
    }

    /// <summary>KID over all pairs.</summary>
    [Benchmark]
    public double Kernel()
    {
        using var scope = NewDisposeScope();
        return KernelDistance.AllPairs(real, generated).Value;
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        real.Dispose();
        generated.Dispose();
    }
}
