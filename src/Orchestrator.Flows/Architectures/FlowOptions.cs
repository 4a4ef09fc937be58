namespace Orchestrator.Flows.Architectures;

/// <summary>Size of a flow.</summary>
/// <param name="Levels">Scales; each halves height and width.</param>
/// <param name="Steps">Steps of flow per level.</param>
/// <param name="Hidden">Channels inside the coupling networks.</param>
public sealed record FlowOptions(int Levels, int Steps, int Hidden);
