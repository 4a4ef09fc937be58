using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Architectures;

/// <summary>Glow (Kingma and Dhariwal 2018, arXiv 1807.03039): per level a squeeze, then steps of actnorm, channel mixing and coupling,
/// then a split.</summary>
static class Glow
{
    public const string Name = "glow";

    public static Transform Create(ImageShape image, FlowOptions options, Generator generator)
    {
        var shape = image;
        var levels = new List<(Transform, ImageShape)>();
        for (var level = 0; level < options.Levels; level++)
        {
            shape = Scales.Squeezed(shape, Name, level, image);
            var parts = new List<(string, Transform)> { ("squeeze", new Squeeze()) };
            for (var step = 0; step < options.Steps; step++)
                parts.Add(($"step{step}", Step(shape.Channels, options, generator)));
            var isLast = level == options.Levels - 1;
            if (!isLast)
            {
                parts.Add(("split", new SplitPrior(shape.Channels)));
                shape = Scales.Halved(shape);
            }
            levels.Add((new CompositeTransform(parts), shape));
        }
        return new MultiScaleTransform(levels);
    }

    static CompositeTransform Step(int channels, FlowOptions options, Generator generator) =>
        new(
            ("actnorm", new ActNorm(channels)),
            ChannelMixing.Create(options.Mixing, channels, generator),
            ("coupling", new Coupling(new ChannelMask(channels), CouplingMaps.Of(options.Coupling), options.Hidden, generator))
        );
}
