using System.Collections.Immutable;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Events;

/// <summary>Data of <c>event: trial</c>.</summary>
sealed record TrialEventData(string Sweep, TrialRow Row);

/// <summary>Data of <c>event: deleted</c>.</summary>
sealed record DeletedEventData(string Id);

/// <summary>Data of <c>event: sweep</c>.</summary>
sealed record SweepEventData(
    string Id,
    long Sequence,
    SweepStatus State,
    ImmutableSortedDictionary<TrialStatus, int> Counts,
    int EpochsDone
)
{
    public static SweepEventData Of(long sequence, SweepState state) =>
        new(
            state.Spec.Name,
            sequence,
            state.Status,
            Enum.GetValues<TrialStatus>().ToImmutableSortedDictionary(status => status, state.Count),
            state.Trials.Sum(trial => trial.Epochs)
        );
}
