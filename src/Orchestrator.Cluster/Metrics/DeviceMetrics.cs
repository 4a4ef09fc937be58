using Orchestrator.Cluster.Devices;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>How busy and how full the GPUs of this node are, where the driver's tool tells.</summary>
public sealed class DeviceMetrics
{
    readonly Gauge _info,
        _size,
        _used,
        _utilisation;

    internal DeviceMetrics(MetricFamilies families)
    {
        _info = families.Gauge("orchestrator_device_info", "always 1", "Always 1: the name of a GPU.", "device", "name");
        _size = families.Gauge("orchestrator_device_memory_size_bytes", "bytes", "Memory of a GPU.", "device");
        _used = families.Gauge("orchestrator_device_memory_used_bytes", "bytes", "Memory of a GPU that is in use, by whomever.", "device");
        _utilisation = families.Gauge(
            "orchestrator_device_utilisation_ratio",
            "0 to 1",
            "Part of the last sample period in which a GPU computed.",
            "device"
        );
    }

    /// <param name="devices">Empty where the driver did not answer: then nothing is shown, rather than what was.</param>
    public void Sampled(IReadOnlyCollection<DeviceSample> devices)
    {
        var present = devices.Select(device => Labels.Of(device.Index)).ToHashSet();
        foreach (var gauge in new[] { _info, _size, _used, _utilisation })
            gauge.RemoveWhere(labels => !present.Contains(labels[0]));
        foreach (var device in devices)
        {
            var label = Labels.Of(device.Index);
            _info.WithLabels(label, device.Name).Set(1);
            _size.WithLabels(label).Set(device.MemoryBytes);
            _used.WithLabels(label).Set(device.MemoryUsedBytes);
            if (device.Utilisation is { } utilisation)
                _utilisation.WithLabels(label).Set(utilisation);
            else
                _utilisation.RemoveLabelled(label);
        }
    }
}
