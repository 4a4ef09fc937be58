using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Architectures;

/// <summary>Glow (Kingma and Dhariwal 2018): per level a squeeze, then steps of actnorm, 1×1 convolution and affine coupling, then a split.</summary>
static class Glow
{
    public static Transform Create(ImageShape image, FlowOptions options, Generator generator)
    {
        var shape = image;
        var levels = new List<(Transform, ImageShape)>();
        for (var level = 0; level < options.Levels; level++)
        {
            if (shape.Height % 2 != 0 || shape.Width % 2 != 0)
                throw new ArgumentException(
                    $"glow: level {level} cannot squeeze {shape} (from images of {image}): height and width must be even; take at most {level} levels");
            shape = new ImageShape(4 * shape.Channels, shape.Height / 2, shape.Width / 2);
            var parts = new List<(string, Transform)> { ("squeeze", new Squeeze()) };
            for (var step = 0; step < options.Steps; step++) parts.Add(($"step{step}", Step(shape.Channels, options.Hidden, generator)));
            var isLast = level == options.Levels - 1;
            if (!isLast)
            {
                parts.Add(("split", new SplitPrior(shape.Channels)));
                shape = shape with { Channels = shape.Channels / 2 };
            }
            levels.Add((new CompositeTransform(parts), shape));
        }
        return new MultiScaleTransform(levels);
    }

    static CompositeTransform Step(int channels, int hidden, Generator generator) => new(
        ("actnorm", new ActNorm(channels)),
        ("convolution", new LinearConvolution(channels, generator)),
        ("coupling", new AffineCoupling(channels, hidden, generator)));
}
