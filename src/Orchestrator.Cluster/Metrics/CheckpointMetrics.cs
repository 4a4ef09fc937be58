using Orchestrator.Sweeps.Tasks;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What the trials of this node write and take away.</summary>
public sealed class CheckpointMetrics
{
    readonly Counter _written,
        _bytes,
        _deleted;
    readonly Lock _gate = new();
    readonly Dictionary<int, (string Folder, HashSet<string> Checkpoints)> _seen = [];

    internal CheckpointMetrics(MetricFamilies families)
    {
        _written = families
            .Counter(
                "orchestrator_checkpoints_written_total",
                "checkpoints",
                "Checkpoints announced by this node's trials; a resumed attempt announces again the one it goes on from."
            )
            .FromZero();
        _bytes = families
            .Counter("orchestrator_checkpoint_written_bytes_total", "bytes", "Size of the checkpoints announced by this node's trials.")
            .FromZero();
        _deleted = families
            .Counter(
                "orchestrator_checkpoints_deleted_total",
                "checkpoints",
                "Checkpoints that trials of this node took out of their attempt's folder to stay within their budget; of a bucket, "
                    + "nothing is counted."
            )
            .FromZero();
    }

    /// <summary>The trial has pruned its folder by the time it announces a checkpoint: what is no longer there was deleted.</summary>
    public void Written(int slot, CheckpointInfo checkpoint)
    {
        _written.Inc();
        _bytes.Inc(checkpoint.Bytes);
        if (!Path.IsPathRooted(checkpoint.Path))
            return;
        var folder = Path.GetDirectoryName(checkpoint.Path)!;
        lock (_gate)
        {
            var before = _seen.TryGetValue(slot, out var seen) && seen.Folder == folder ? seen.Checkpoints : [];
            var now = Checkpoints(folder);
            _deleted.Inc(before.Count(path => !now.Contains(path)));
            now.Add(checkpoint.Path);
            _seen[slot] = (folder, now);
        }
    }

    static HashSet<string> Checkpoints(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(path => Path.GetFileName(path).All(char.IsAsciiDigit))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
