namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Where something stands in the file; line and column from 1.</summary>
readonly record struct Position(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>YAML as it was written, before anything is known of its meaning.</summary>
abstract record Node(Position At);

/// <param name="IsPlain">Written without quotes, and so possibly a number.</param>
sealed record ScalarNode(Position At, string Text, bool IsPlain) : Node(At)
{
    public bool IsNothing => IsPlain && Text is "" or "~" or "null";
}

sealed record ListNode(Position At, IReadOnlyList<Node> Items) : Node(At);

/// <param name="Entries">Without repeated keys.</param>
sealed record MappingNode(Position At, IReadOnlyList<Entry> Entries) : Node(At)
{
    public Node? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;

    /// <param name="path">Dotted; written so, or nested.</param>
    public Node? FindPath(string path) =>
        Find(path)
        ?? (
            path.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
                ? (Find(path[..dot]) as MappingNode)?.FindPath(path[(dot + 1)..])
                : null
        );
}

sealed record Entry(ScalarNode Key, Node Value);
