using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>The number formats in which a training may compute.</summary>
public static class NumberFormats
{
    public const string Float32 = "float32",
        Tf32 = "tf32",
        BFloat16 = "bfloat16";

    public static IReadOnlyCollection<string> Names => [Float32, Tf32, BFloat16];

    /// <summary>What CUDA's libraries round the factors of matrix products to, in this process. All else is float32, or float64, in
    /// any case; and so is everything on a CPU.</summary>
    public static void Use(string name) => backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = name == Tf32;

    /// <summary>What coupling networks compute in on this thread, until the result is disposed; null where it is what the flow
    /// does.</summary>
    public static IDisposable? OfNetworks(string name) => name == BFloat16 ? new NetworkFormat(bfloat16) : null;
}
