using System.Diagnostics;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>The native library that does the mathematics.</summary>
public static class Libtorch
{
    /// <summary>Loads libtorch.</summary>
    /// <returns>Why it cannot be loaded; null where all is well.</returns>
    public static string? Fault()
    {
        try
        {
            get_num_threads();
            return null;
        }
        catch (Exception error) when (IsFault(error))
        {
            return Message(error);
        }
    }

    /// <summary>Its version, and what it is built for.</summary>
    public static string Description => $"{__version__}, built for {(IsForCuda ? "CUDA" : "CPUs")}";

    // A build for GPUs has their part beside the part for CPUs, whether it can be loaded here or not.
    static bool IsForCuda =>
        Process
            .GetCurrentProcess()
            .Modules.Cast<ProcessModule>()
            .FirstOrDefault(module => module.ModuleName.Contains("torch_cpu", StringComparison.Ordinal))
            is { FileName: var file }
        && Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*torch_cuda*").Any();

    /// <summary>True of what the runtime throws where a part of libtorch is missing, damaged or made for another machine.</summary>
    public static bool IsFault(Exception error) =>
        error.GetBaseException() is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or NotSupportedException
        && error.StackTrace?.Contains("TorchSharp", StringComparison.Ordinal) == true;

    public static string Message(Exception error) =>
        $"libtorch cannot be loaded: {error.GetBaseException().Message.Split('\n', 2)[0].Trim()} Its files belong beside the program "
        + $"({AppContext.BaseDirectory}): build or install it again";
}
