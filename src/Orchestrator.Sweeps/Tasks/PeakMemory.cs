namespace Orchestrator.Sweeps.Tasks;

/// <summary>The most memory that a training process held through its first steps.</summary>
/// <param name="Device">Where the bytes are: <see cref="Cpu"/>, all resident memory of the process, or <see cref="Cuda"/>, its share of
/// the GPU's.</param>
public sealed record PeakMemory(string Device, long Bytes)
{
    public const string Cpu = "cpu",
        Cuda = "cuda";
}
