using System.Collections.Immutable;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.Doctor;

/// <summary>Everything that a machine needs for a sweep, or for a node of some roles.</summary>
static class Examination
{
    /// <summary>Of a machine on which nothing of it need run yet.</summary>
    /// <param name="isNode">A node of these settings is to run here; else they are the defaults, and a sweep may be all that is.</param>
    public static Task<ImmutableArray<Finding>> OfMachineAsync(NodeSettings settings, bool isNode, TimeProvider time)
    {
        // Begins at once, and comes to an end whatever the driver's tool does.
        var devices = Computes(settings) ? DeviceInventory.DetectAsync() : Task.FromResult(DeviceInventory.WithoutGpus);
        return Check.AllAsync(
            [.. OfComputing(settings, devices, isRead: true), .. NodeChecks.OfPlace(settings, isNode), .. Others(settings, devices, time)],
            time
        );
    }

    /// <summary>Of a node that starts, and has made sure of its ports and its data folder.</summary>
    public static Task<ImmutableArray<Finding>> OfStartAsync(NodeSettings settings, DeviceInventory devices, TimeProvider time)
    {
        var known = Task.FromResult(devices);
        return Check.AllAsync([.. OfComputing(settings, known, isRead: false), .. Others(settings, known, time)], time);
    }

    /// <summary>Whether a node is of no use with it.</summary>
    public static bool EndsStart(Finding finding) => finding is { Verdict: Verdict.Problem, Check: LibtorchCheck.Name or FolderCheck.Name };

    static IEnumerable<Check> OfComputing(NodeSettings settings, Task<DeviceInventory> devices, bool isRead)
    {
        if (Computes(settings))
        {
            yield return DeviceCheck.Of(devices);
            yield return LibtorchCheck.Of(devices);
            foreach (var check in DataChecks.OfDatasets(settings.Folder, isRead))
                yield return check;
        }

        if (settings.Is(NodeRole.Evaluator))
            yield return DataChecks.OfWeights(settings.Folder);
    }

    static IEnumerable<Check> Others(NodeSettings settings, Task<DeviceInventory> devices, TimeProvider time)
    {
        var children = ChildrenAsync(settings, devices);
        return NodeChecks.OfMachine(settings, children, time).Append(LimitsCheck.Of(children));
    }

    static async Task<int> ChildrenAsync(NodeSettings settings, Task<DeviceInventory> devices) =>
        (settings.Is(NodeRole.Worker) ? (await devices).Slots(settings.Slots, settings.Threads, settings.GpuFraction).Length : 0)
        + (settings.Is(NodeRole.Evaluator) ? settings.EvaluationSlots : 0);

    /// <summary>Trials are trained or evaluated on such a node.</summary>
    public static bool Computes(NodeSettings settings) => settings.Is(NodeRole.Worker) || settings.Is(NodeRole.Evaluator);
}
