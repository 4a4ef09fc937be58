using System.Diagnostics;
using System.Globalization;
using Orchestrator.Evaluation.Distances;
using static TorchSharp.torch;

// dotnet run -c Release --project benchmarks/Orchestrator.Benchmarks -- [samples] [kid]
// FID of so many generated samples of 2048 features against the cached statistics of as many real ones; with "kid" KID over all pairs too.
const int Dimensions = 2048;
var samples = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 10_000;

using var scope = NewDisposeScope();
using var generator = new Generator(1);
var real = randn(samples, Dimensions, generator: generator);
var statistics = FeatureStatistics.Of(real);
var withKernel = args.Contains("kid");
if (!withKernel)
    real.Dispose(); // cached statistics stand in for it
var generated = randn(samples, Dimensions, generator: generator).mul_(1.1);

Measured("FID against cached statistics", () => FrechetDistance.Between(new FrechetReference(statistics), generated));
if (withKernel)
    Measured("KID over all pairs", () => KernelDistance.AllPairs(real, generated).Value);

void Measured(string what, Func<double> distance)
{
    var watch = Stopwatch.StartNew();
    var value = distance();
    using var process = Process.GetCurrentProcess();
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {samples} x {Dimensions}, {watch.Elapsed.TotalSeconds:F1} s on {get_num_threads()} threads, peak "
                + $"{process.PeakWorkingSet64 / (1 << 20)} MiB, value {value:G8}"
        )
    );
}
