using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Akka.Actor;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Protocol;

/// <summary>What people (through the command line) say to the coordinator about a sweep.</summary>
public static class SweepProtocol
{
    /// <summary>Begins a sweep, or goes on with the same one. Answered by <see cref="Accepted"/> or
    /// <see cref="Refused"/>.</summary>
    /// <param name="File">The sweep file, to the letter.</param>
    /// <param name="DatasetSha256">SHA-256 of all splits of its data set, where whoever submits has that; else null.</param>
    /// <param name="By">Name of the API token of whoever submits, or its id where it has no name; null where there is none.</param>
    public sealed record Submit(SweepSpec Spec, string File, string? DatasetSha256 = null, string? By = null) : IProtocolMessage
    {
        public SubmitSweep ToCommand() => new(Spec, File, DatasetSha256) { SubmittedBy = By };
    }

    public sealed record Accepted(string Sweep) : IProtocolMessage;

    public sealed record Refused(string Reason) : IProtocolMessage;

    /// <summary>The coordinator knows no sweep of this name.</summary>
    public sealed record NotFound(string Sweep) : IProtocolMessage;

    /// <summary>Something asked of a sweep that is there; else the answer is <see cref="NotFound"/>.</summary>
    public interface ISweepRequest : IProtocolMessage
    {
        string Sweep { get; }
    }

    /// <summary>What the sweep is asked to do. Answered by <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
    public interface IVerb : ISweepRequest
    {
        SweepCommand ToCommand();
    }

    /// <summary>No further work is granted; running trials checkpoint and leave.</summary>
    public sealed record Stop(string Sweep) : IVerb
    {
        public SweepCommand ToCommand() => new StopSweep();
    }

    /// <summary>No training is granted until <see cref="Resume"/>; running trials checkpoint and leave.</summary>
    public sealed record Pause(string Sweep) : IVerb
    {
        public SweepCommand ToCommand() => new PauseSweep();
    }

    public sealed record Resume(string Sweep) : IVerb
    {
        public SweepCommand ToCommand() => new ResumeSweep();
    }

    /// <param name="Values">By the names of <see cref="Settable"/>; what is not named stays.</param>
    public sealed record Set(string Sweep, ImmutableSortedDictionary<string, string> Values) : IVerb
    {
        public SweepCommand ToCommand() => new SetSweep(Values);
    }

    /// <param name="Add">Tags that it has from now on.</param>
    /// <param name="Remove">Tags that it has no more.</param>
    public sealed record Tag(string Sweep, ImmutableArray<string> Add, ImmutableArray<string> Remove) : IVerb
    {
        public SweepCommand ToCommand() => new TagSweep(Add, Remove);
    }

    /// <param name="Trial">Number of the trial that it is about; null for the sweep itself.</param>
    /// <param name="Text">In place of what was said before; empty for nothing any more.</param>
    public sealed record Note(string Sweep, int? Trial, string Text) : IVerb
    {
        public SweepCommand ToCommand() => new WriteNote(Trial, Text);
    }

    /// <summary>The sweep becomes what a changed file says.</summary>
    /// <param name="File">The sweep file, to the letter.</param>
    /// <param name="Beyond">How learning rates that depend on the last epoch go on; null where that was not said.</param>
    public sealed record Change(SweepSpec Spec, string File, ScheduleChoice? Beyond) : IVerb
    {
        [JsonIgnore]
        public string Sweep => Spec.Name;

        public SweepCommand ToCommand() => new ChangeSpec(Spec, File, Beyond);
    }

    /// <param name="Trials">Numbers; empty for every trial that failed.</param>
    public sealed record Retry(string Sweep, ImmutableArray<int> Trials) : IVerb
    {
        public SweepCommand ToCommand() => new RetryTrials(Trials);
    }

    /// <summary>Gives up checkpoints of a sweep that is over.</summary>
    /// <param name="All">Also the best trial's.</param>
    public sealed record Prune(string Sweep, bool All) : IVerb
    {
        public SweepCommand ToCommand() => new PruneCheckpoints(All);
    }

    /// <summary>Another sweep goes on from the checkpoint of one of its trials.</summary>
    public sealed record Lend(string Sweep, int Trial, string To) : IVerb
    {
        public SweepCommand ToCommand() => new LendCheckpoint(Trial, To);
    }

    /// <summary>The sweep, its files and its journal are to be deleted. Answered by <see cref="Accepted"/> once nothing can keep it from
    /// being done, or by <see cref="Refused"/>.</summary>
    public sealed record Delete(string Sweep) : ISweepRequest;

    /// <summary>Published on the event stream of the coordinator's process: nothing of the sweep is left.</summary>
    public sealed record SweepGone(string Sweep) : INoSerializationVerificationNeeded;

    /// <summary>Published there where files or the journal cannot be deleted now; it is tried again.</summary>
    public sealed record NotDeletedYet(string Sweep, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>What the active coordinator holds of a sweep. Answered by <see cref="Description"/>.</summary>
    public sealed record Describe(string Sweep) : ISweepRequest;

    /// <param name="Sequence">The sequence number of the newest event in it.</param>
    /// <param name="Digest">See <see cref="Journal.StateDigest"/>.</param>
    public sealed record Description(string Sweep, long Sequence, string Digest) : IProtocolMessage;

    /// <summary>Published on the event stream of the coordinator's process after every change.</summary>
    public sealed record SweepChanged(SweepState State) : INoSerializationVerificationNeeded;
}
