using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What people say of a sweep and of its trials: tags to find it by, and notes. Nothing that is trained depends on it.</summary>
public static class SweepLabels
{
    const int MostTags = 20,
        LongestNote = 2_000;

    static readonly Matching Tag = new(
        "[a-z0-9][a-z0-9._-]{0,39}",
        "1 to 40 characters of a-z, 0-9, '.', '_' and '-', the first of a-z or 0-9"
    );

    /// <summary>What is wrong with tags, each in a line.</summary>
    public static IEnumerable<string> Faults(IEnumerable<string> tags) =>
        tags.Where(tag => Tag.Canonical(tag) is null).Select(tag => $"tag: {Tag.Complaint(tag)}");

    /// <returns>What is wrong with a note; null where nothing is.</returns>
    public static string? Fault(string note) =>
        note.Length > LongestNote ? $"note: expected at most {LongestNote} characters, found {note.Length}"
        : Printable.From(note) != note ? "note: control characters other than line ends and tabs are not taken"
        : null;

    internal static Decision Tagged(SweepState state, TagSweep command, DateTimeOffset now)
    {
        if (Faults(command.Add).FirstOrDefault() is { } fault)
            return Decision.Refuse(fault);
        var tags = state.Tags.Union(command.Add).Except(command.Remove);
        if (tags.Count > MostTags)
            return Decision.Refuse($"tag: a sweep has at most {MostTags}, and would have {tags.Count}");
        return tags.SetEquals(state.Tags) ? Decision.Nothing : new Decision([new TagsChanged([.. tags]) { At = now }]);
    }

    internal static Decision Noted(SweepState state, WriteNote command, DateTimeOffset now)
    {
        if (Fault(command.Text) is { } fault)
            return Decision.Refuse(fault);
        if (command.Trial is not { } number)
            return command.Text == state.Note ? Decision.Nothing : new Decision([new SweepNoted(command.Text) { At = now }]);
        if (number < 1 || number > state.Trials.Count)
            return Decision.Refuse($"the sweep has no trial {TrialId.Of(number)}: its trials are 0001 to {TrialId.Of(state.Trials.Count)}");
        return command.Text == state.Trial(number).Note
            ? Decision.Nothing
            : new Decision([new TrialNoted(number, command.Text) { At = now }]);
    }
}
