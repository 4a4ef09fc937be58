using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;

namespace Orchestrator.Flows.Tests;

/// <summary>Every architecture with every coupling and, where it mixes, every mixing.</summary>
public static class FlowVariants
{
    public static TheoryData<string> All =>
        [
            .. from coupling in CouplingMaps.Names from mixing in ChannelMixing.Names select $"glow {coupling} {mixing}",
            .. CouplingMaps.Names.Select(coupling => $"realnvp {coupling} {ChannelMixing.Lu}"),
        ];

    /// <summary>With a standard normal base, two levels of two steps.</summary>
    public static FlowModel Create(string variant, ImageShape image, long seed)
    {
        var (architecture, options) = Parse(variant, levels: 2, steps: 2, hidden: 8);
        return FlowModel.Create(architecture, image, options, new Gaussian(image.Dimension), seed);
    }

    public static (string Architecture, FlowOptions Options) Parse(string variant, int levels, int steps, int hidden)
    {
        var words = variant.Split(' ');
        return (words[0], new FlowOptions(levels, steps, hidden, words[1], words[2]));
    }
}
