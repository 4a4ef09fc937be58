namespace Orchestrator.Cluster.Devices;

/// <summary>A GPU, or a MIG slice of one, that this process may use.</summary>
/// <param name="Number">Among those that the process was given, from 0: the N of <c>cuda:N</c>.</param>
/// <param name="Uuid"><c>GPU-…</c> or <c>MIG-…</c>; the same whatever order the GPUs are counted in.</param>
/// <param name="MemoryBytes">The memory of the whole device; null where the driver does not tell.</param>
public sealed record CudaDevice(int Number, string Uuid, string Name, long? MemoryBytes);
