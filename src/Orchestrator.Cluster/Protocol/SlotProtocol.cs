using Akka.Actor;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Protocol;

/// <summary>What a slot says and hears within its own process.</summary>
public static class SlotProtocol
{
    /// <summary>A slot is to take no further work, and its process to checkpoint and leave. Answered by <see cref="Drained"/>.</summary>
    public sealed class Drain : INoSerializationVerificationNeeded
    {
        Drain() { }

        /// <summary>Answered once the coordinator knows.</summary>
        public static Drain Instance { get; } = new();

        /// <summary>There is no coordinator to tell.</summary>
        public static Drain Unheard { get; } = new();
    }

    public sealed record Drained(int Slot) : INoSerializationVerificationNeeded;

    /// <summary>Published on the event stream whenever what a slot does changes, and with its progress a few times a second.</summary>
    /// <param name="Lease">Null while the slot is free.</param>
    public sealed record SlotChanged(int Slot, WorkKind Kind, string? Sweep, Lease? Lease, ProcessMessage.Progress? Progress)
        : INoSerializationVerificationNeeded
    {
        /// <summary>UUID of the GPU, or of its MIG slice, that the process sees; null where it sees none.</summary>
        public string? GpuUuid { get; init; }
    }

    /// <summary>A process never came to life.</summary>
    /// <param name="Times">In a row, in this slot.</param>
    public sealed record NotBegun(int Slot, int Times, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>Something a person should read, once.</summary>
    public sealed record Notice(string Sweep, int Trial, string Message) : INoSerializationVerificationNeeded;
}
