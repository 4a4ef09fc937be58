using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Protocol;

/// <summary>What people (through the command line) say to the coordinator about a sweep.</summary>
public static class SweepProtocol
{
    /// <summary>Begins a sweep, or goes on with the same one. Answered by <see cref="SubmitAccepted"/> or
    /// <see cref="SubmitRefused"/>.</summary>
    /// <param name="File">The sweep file, to the letter.</param>
    public sealed record Submit(SweepSpec Spec, string File) : IProtocolMessage;

    public sealed record SubmitAccepted(string Sweep) : IProtocolMessage;

    public sealed record SubmitRefused(string Reason) : IProtocolMessage;

    /// <summary>Something asked of a sweep that is there.</summary>
    public interface ISweepRequest : IProtocolMessage
    {
        string Sweep { get; }
    }

    /// <summary>No further work is granted; running trials leave. Answered by <see cref="SubmitAccepted"/> or <see cref="SubmitRefused"/>,
    /// as all verbs are.</summary>
    public sealed record Stop(string Sweep) : ISweepRequest;

    /// <summary>No training is granted until <see cref="Resume"/>; running trials checkpoint and leave.</summary>
    public sealed record Pause(string Sweep) : ISweepRequest;

    public sealed record Resume(string Sweep) : ISweepRequest;

    /// <param name="Trials">Numbers; empty for every trial that failed.</param>
    public sealed record Retry(string Sweep, ImmutableArray<int> Trials) : ISweepRequest;

    /// <summary>Says what the data set of the sweep is; refused where the sweep began with another one.</summary>
    /// <param name="Sha256">Of the content of all its splits.</param>
    public sealed record RecordDataset(string Sweep, string Sha256) : ISweepRequest;

    /// <summary>What the active coordinator holds of a sweep. Answered by <see cref="Description"/> or
    /// <see cref="SubmitRefused"/>.</summary>
    public sealed record Describe(string Sweep) : ISweepRequest;

    /// <param name="Sequence">Of the newest event in it.</param>
    /// <param name="Digest">See <see cref="Journal.StateDigest"/>.</param>
    public sealed record Description(string Sweep, long Sequence, string Digest) : IProtocolMessage;

    /// <summary>Published on the event stream of the coordinator's process after every change.</summary>
    public sealed record SweepChanged(SweepState State) : INoSerializationVerificationNeeded;
}
