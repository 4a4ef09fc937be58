using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>The one place that knows which devices there are.</summary>
public static class DeviceChoice
{
    /// <summary>How many GPUs libtorch can use: none where it was built for CPUs.</summary>
    public static int CudaDevices => cuda.is_available() ? cuda.device_count() : 0;

    /// <param name="name"><c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="TrialFailure">The name means nothing, or that device is not there (bad spec).</exception>
    public static Device Of(string name) =>
        name switch
        {
            "cpu" => CPU,
            "auto" => cuda.is_available() ? CUDA : CPU,
            "cuda" or ['c', 'u', 'd', 'a', ':', ..] => Gpu(name),
            _ => throw new TrialFailure(AttemptCause.BadSpec, $"resources.device: expected auto, cpu, cuda or cuda:N, found {name}"),
        };

    /// <returns>Why no trial can compute there; null where one can. libtorch is asked only where the name is of a GPU.</returns>
    public static string? Fault(string name)
    {
        if (name is "cpu" or "auto")
            return null;
        try
        {
            Of(name);
            return null;
        }
        catch (TrialFailure missing)
        {
            return missing.Message;
        }
    }

    static Device Gpu(string name)
    {
        var count = CudaDevices;
        var index = name == ResourceSpec.Cuda ? 0 : ResourceSpec.GpuNumberOf(name) ?? -1;
        return index >= 0 && index < count
            ? device($"cuda:{index}")
            : throw new TrialFailure(AttemptCause.BadSpec, $"resources.device: {name} is not there; libtorch sees {count} CUDA devices");
    }
}
