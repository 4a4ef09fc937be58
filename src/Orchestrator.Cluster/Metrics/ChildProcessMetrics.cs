using System.ComponentModel;
using System.Diagnostics;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What the child process of each slot uses of its machine, read when somebody asks.</summary>
sealed class ChildProcessMetrics
{
    readonly Counter _cpu;
    readonly Gauge _memory;
    readonly Lock _gate = new();
    readonly Dictionary<(string Node, string Slot), (int Process, TimeSpan Counted)> _running = [];

    public ChildProcessMetrics(MetricFamilies families, string[] slot)
    {
        _cpu = families.Counter(
            "orchestrator_slot_process_cpu_seconds_total",
            "seconds",
            "CPU time of the slot's child processes, all cores together, as far as it was read while they ran.",
            slot
        );
        _memory = families.Gauge(
            "orchestrator_slot_process_resident_memory_bytes",
            "bytes",
            "Resident memory of the slot's child process.",
            slot
        );
    }

    public void Started(string[] slot, int process)
    {
        lock (_gate)
            _running[Key(slot)] = (process, TimeSpan.Zero);
        _cpu.WithLabels(slot);
    }

    public void Ended(string[] slot)
    {
        lock (_gate)
            _running.Remove(Key(slot));
        _memory.RemoveLabelled(slot);
    }

    public void Forget(string node)
    {
        lock (_gate)
            foreach (var gone in _running.Keys.Where(slot => slot.Node == node).ToList())
                _running.Remove(gone);
        _cpu.RemoveWhere(labels => labels[0] == node);
        _memory.RemoveWhere(labels => labels[0] == node);
    }

    public void Collect()
    {
        lock (_gate)
            foreach (var (slot, (id, counted)) in _running.ToList())
                if (Read(id) is { } now)
                {
                    _memory.WithLabels(slot.Node, slot.Slot).Set(now.Memory);
                    if (now.Cpu <= counted)
                        continue;
                    _cpu.WithLabels(slot.Node, slot.Slot).Inc((now.Cpu - counted).TotalSeconds);
                    _running[slot] = (id, now.Cpu);
                }
    }

    static (TimeSpan Cpu, long Memory)? Read(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return (process.TotalProcessorTime, process.WorkingSet64);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null; // it has just ended
        }
    }

    static (string, string) Key(string[] slot) => (slot[0], slot[1]);
}
