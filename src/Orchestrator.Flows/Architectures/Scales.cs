using Orchestrator.Flows.Transforms;

namespace Orchestrator.Flows.Architectures;

/// <summary>Shapes along the levels of a multi-scale flow.</summary>
static class Scales
{
    /// <summary>The shape that goes on to the next level, when half of the channels has left.</summary>
    public static ImageShape Halved(ImageShape squeezed) => squeezed with { Channels = squeezed.Channels / 2 };

    /// <summary>The shape after a level's squeeze.</summary>
    /// <param name="level">From 0.</param>
    /// <exception cref="ArgumentException">Height or width is odd.</exception>
    public static ImageShape Squeezed(ImageShape shape, string architecture, int level, ImageShape image) =>
        shape.Height % 2 == 0 && shape.Width % 2 == 0
            ? new ImageShape(4 * shape.Channels, shape.Height / 2, shape.Width / 2)
            : throw new ArgumentException(
                $"{architecture}: level {level} cannot squeeze {shape} (from images of {image}): height and width must be even; "
                    + (level == 0 ? "pad or crop the images" : $"take at most {level} levels")
            );
}
