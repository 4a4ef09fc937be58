using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Room in the data folder, as this node sees it.</summary>
public sealed class DataFolderMetrics
{
    readonly Gauge _free,
        _size;
    volatile string? _folder;

    internal DataFolderMetrics(MetricFamilies families)
    {
        _free = families.GaugeOnceKnown(
            "orchestrator_data_folder_free_bytes",
            "bytes",
            "Room left for this node's user where the data folder is."
        );
        _size = families.GaugeOnceKnown(
            "orchestrator_data_folder_size_bytes",
            "bytes",
            "Size of the file system that holds the data folder."
        );
    }

    public void Watch(string folder) => _folder = folder;

    internal void Collect()
    {
        if (_folder is not { } folder)
            return;
        try
        {
            var drive = new DriveInfo(folder);
            _free.Set(drive.AvailableFreeSpace);
            _size.Set(drive.TotalSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _free.Unpublish();
            _size.Unpublish();
        }
    }
}
