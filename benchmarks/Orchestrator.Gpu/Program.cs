using System.Globalization;
using System.Text.Json;
using Orchestrator.Flows;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

// How far log-likelihoods that a device computes are from the CPU's, a line of JSON for each base distribution: at the points of the
// tests' golden cases, and of images under a whole flow. The device is the only argument.

// As evaluations compute.
backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = false;

var other = device(args[0]);
var shape = new ImageShape(1, 28, 28);
var golden = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "base_log_prob.csv")).Skip(1).Select(line => line.Split(',')).ToList();
(string Name, string InFile, string Concentration)[] bases =
[
    ("gaussian", "gaussian", ""),
    ("dirichlet", "dirichlet_ilr_helmert", "alpha"),
    ("von-mises-fisher", "vmf_stereographic", "kappa"),
];
foreach (var (name, inFile, concentration) in bases)
{
    // What is not ours is left out: one concentration for each part.
    var cases = golden.Where(row => row[1] == inFile && !row[2].StartsWith("alpha=0.5 ", StringComparison.Ordinal)).ToList();
    var gap = cases.Max(row =>
    {
        using var scope = NewDisposeScope();
        var value = concentration == "" ? (double?)null : Number(row[2].Split(' ')[0][(concentration.Length + 1)..]);
        using var distribution = BaseDistributions.Create(name, 5, alpha: value, kappa: value);
        var point = tensor(row[3].Split(' ').Select(text => (float)Number(text)).ToArray()).unsqueeze(0);
        return Gap(distribution, distribution.LogProb, point);
    });
    using var generator = new Generator(1);
    using var images = rand(64, shape.Channels, shape.Height, shape.Width, generator: generator).sub_(0.5);
    var start = BaseDistributions.Create(name, shape.Dimension, alpha: 2, kappa: shape.Dimension);
    using var flow = FlowModel.Create("glow", shape, new FlowOptions(Levels: 2, Steps: 8, Hidden: 64), start, seed: 1);
    flow.Initialise(images);
    var perDimension = Gap(flow, flow.LogProb, images) / shape.Dimension / Math.Log(2);
    Console.WriteLine(
        JsonSerializer.Serialize(
            new
            {
                @base = name,
                cases = cases.Count,
                golden_nats = gap,
                flow_bits_per_dim = perDimension,
            }
        )
    );
}

static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

// The largest difference between the two devices, in nats.
double Gap(nn.Module module, Func<Tensor, Tensor> logProb, Tensor points)
{
    using var scope = NewDisposeScope();
    using var frozen = no_grad();
    var expected = logProb(points);
    module.to(other);
    var gap = (logProb(points.to(other)).cpu() - expected).abs().max().item<double>();
    return double.IsFinite(gap) ? gap : throw new InvalidOperationException($"{module.GetName()}: a log-likelihood is not finite");
}
