namespace Orchestrator.Flows.Architectures;

/// <summary>Size and parts of a flow.</summary>
/// <param name="Levels">Scales; each halves height and width.</param>
/// <param name="Steps">Steps of flow per level.</param>
/// <param name="Hidden">Channels inside the coupling networks.</param>
/// <param name="Coupling">One of <see cref="CouplingMaps.Names"/>.</param>
/// <param name="Mixing">One of <see cref="ChannelMixing.Names"/>; of architectures that mix channels.</param>
public sealed record FlowOptions(
    int Levels,
    int Steps,
    int Hidden,
    string Coupling = CouplingMaps.Affine,
    string Mixing = ChannelMixing.Lu
);
