using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Architectures;

/// <summary>RealNVP (Dinh, Sohl-Dickstein and Bengio 2017, arXiv 1605.08803): per level couplings by a checkerboard, a squeeze, couplings
/// by channels, and half of the channels leaves.</summary>
/// <remarks>
/// Steps of each kind; from step to step the parts of looking and changing swap. Actnorm stands for the paper's batch normalisation,
/// and the couplings' networks are those of Glow: what is compared is the way of masking. The masks mix, so options.Mixing has no say.
/// </remarks>
static class RealNvp
{
    public const string Name = "realnvp";

    public static Transform Create(ImageShape image, FlowOptions options, Generator generator)
    {
        if (options.Mixing != ChannelMixing.Lu)
            throw new ArgumentException(
                $"{Name}: its masks mix the channels, and it takes no mixing ('{options.Mixing}')",
                nameof(options)
            );
        var shape = image;
        var levels = new List<(Transform, ImageShape)>();
        for (var level = 0; level < options.Levels; level++)
        {
            var squeezed = Scales.Squeezed(shape, Name, level, image);
            var parts = new List<(string, Transform)>();
            for (var step = 0; step < options.Steps; step++)
                parts.Add(
                    (
                        $"checkerboard{step}",
                        Step(shape.Channels, new CheckerboardMask(shape.Channels, changesEven: step % 2 == 1), options, generator)
                    )
                );
            parts.Add(("squeeze", new Squeeze()));
            for (var step = 0; step < options.Steps; step++)
                parts.Add(
                    (
                        $"channel{step}",
                        Step(squeezed.Channels, new ChannelMask(squeezed.Channels, changesFirst: step % 2 == 1), options, generator)
                    )
                );
            var isLast = level == options.Levels - 1;
            shape = isLast ? squeezed : Scales.Halved(squeezed);
            levels.Add((new CompositeTransform(parts), shape));
        }
        return new MultiScaleTransform(levels);
    }

    static CompositeTransform Step(int channels, Mask mask, FlowOptions options, Generator generator) =>
        new(
            ("actnorm", new ActNorm(channels)),
            ("coupling", new Coupling(mask, CouplingMaps.Of(options.Coupling), options.Hidden, generator))
        );
}
