namespace Orchestrator.Output;

/// <summary>Something that holds the sweep up, and is for the user to mend.</summary>
sealed record Trouble(string Message);
