using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Web.Events;

/// <summary>How far a subscriber has heard: the newest sequence number of every sweep, in the order in which the journal accepted them, so
/// that no names are needed and a new sweep only adds a number.</summary>
readonly record struct JournalPosition(ImmutableArray<long> Sequences)
{
    const char Separator = '.';
    const string Nothing = "0";

    /// <summary>The newest sequence number of the sweep at this place; 0 where it was not yet known.</summary>
    public long this[int sweep] => sweep < Sequences.Length ? Sequences[sweep] : 0;

    /// <returns>Null where the text is no position.</returns>
    public static JournalPosition? Parse(string text)
    {
        if (text == Nothing)
            return new JournalPosition([]);
        var sequences = ImmutableArray.CreateBuilder<long>();
        foreach (var part in text.Split(Separator))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
                return null;
            sequences.Add(sequence);
        }

        return new JournalPosition(sequences.ToImmutable());
    }

    public override string ToString() =>
        Sequences.IsEmpty ? Nothing : string.Join(Separator, Sequences.Select(sequence => sequence.ToString(CultureInfo.InvariantCulture)));
}
