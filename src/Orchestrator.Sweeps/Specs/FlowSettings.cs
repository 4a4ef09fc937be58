using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The settings that say which flow is built: their rows of the table, and their values in one trial.</summary>
public sealed class FlowSettings(TrialSettings settings)
{
    internal static ImmutableArray<Field> Fields { get; } =
    [
        new("flow.architecture", new OneOf(KnownNames.Architectures), "glow", "Kind of flow."),
        new(
            "flow.levels",
            Limits.Levels,
            "2",
            "Scales; each halves height and width and, but for the last, factors out half of the channels."
        ),
        new("flow.steps", Limits.Steps, "8", "Flow steps of each level."),
        new("flow.hidden", Limits.Hidden, "64", "Channels of the hidden layers of each coupling's network."),
        new("flow.coupling", new OneOf(KnownNames.Couplings), "affine", "What a coupling does to the part that it changes."),
        new(
            "flow.mixing",
            new OneOf(KnownNames.Mixings),
            "lu",
            "What mixes the channels between couplings: a learned 1x1 convolution or a fixed permutation."
        )
        {
            When = new("flow.architecture", "glow"),
        },
    ];

    public string Architecture => settings.Text("flow.architecture");

    public int Levels => settings.Int("flow.levels");

    public int Steps => settings.Int("flow.steps");

    public int Hidden => settings.Int("flow.hidden");

    public string Coupling => settings.Text("flow.coupling");

    /// <summary>Null where the architecture has nothing to choose here.</summary>
    public string? Mixing => settings.Find("flow.mixing");
}
