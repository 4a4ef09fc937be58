using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Orchestrator.Sweeps.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>How much memory this process has held. TorchSharp has no figures of libtorch's allocators: the system and the driver are
/// asked.</summary>
static class MemoryMeter
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>Null where it cannot be told.</returns>
    public static PeakMemory? Peak(Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            using var self = Process.GetCurrentProcess();
            return new PeakMemory(PeakMemory.Cpu, self.PeakWorkingSet64);
        }

        // libtorch keeps what it once took of a GPU, so that what it has is the most that it had.
        return Gpu(AskDriver(), Environment.ProcessId) is { } bytes ? new PeakMemory(PeakMemory.Cuda, bytes) : null;
    }

    /// <summary>Reads lines of <c>process, MiB</c>, one for each GPU that a process uses.</summary>
    /// <returns>Null where the process is in none: in a container the driver may know it by another number.</returns>
    internal static long? Gpu(string text, int process)
    {
        var mebibytes = (
            from line in text.Split('\n')
            let fields = line.Split(',', StringSplitOptions.TrimEntries)
            where
                fields.Length == 2
                && int.TryParse(fields[0], CultureInfo.InvariantCulture, out var id)
                && id == process
                && long.TryParse(fields[1], CultureInfo.InvariantCulture, out _)
            select long.Parse(fields[1], CultureInfo.InvariantCulture)
        ).ToList();
        return mebibytes.Count == 0 ? null : mebibytes.Sum() << 20;
    }

    static string AskDriver()
    {
        // Started by env: Process.Start would look in the working directory first.
        string[] call = ["nvidia-smi", "--query-compute-apps=pid,used_gpu_memory", "--format=csv,noheader,nounits"];
        try
        {
            using var tool = Process.Start(
                new ProcessStartInfo("/usr/bin/env", call) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            // A line for each process that is on a GPU: the pipe holds all of them.
            if (tool.WaitForExit(Patience))
                return tool.ExitCode == 0 ? tool.StandardOutput.ReadToEnd() : "";
            tool.Kill();
        }
        catch (Win32Exception)
        {
            // There is no such tool: nothing can be told.
        }

        return "";
    }
}
