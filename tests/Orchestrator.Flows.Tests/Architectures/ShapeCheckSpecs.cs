using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Transforms;

namespace Orchestrator.Flows.Tests.Architectures;

/// <summary>The check that builds nothing refuses what cannot be built, with the same words, and nothing else.</summary>
public sealed class ShapeCheckSpecs
{
    [Theory]
    [InlineData("glow")]
    [InlineData("realnvp")]
    public void It_says_what_building_says(string architecture)
    {
        foreach (var (channels, height, width) in new[] { (1, 8, 8), (3, 8, 4), (1, 7, 8), (1, 8, 6), (2, 2, 2), (1, 1, 1), (1, 28, 28) })
        foreach (var levels in new[] { -1, 0, 1, 2, 3, 4, int.MaxValue })
        {
            var (image, options) = (new ImageShape(channels, height, width), new FlowOptions(levels, Steps: 1, Hidden: 2));

            Assert.Equal(
                Message(() => FlowArchitectures.Create(architecture, image, options, seed: 1).Dispose()),
                Message(() => FlowArchitectures.Check(architecture, image, options))
            );
        }
    }

    static string? Message(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ArgumentException refused)
        {
            return refused.Message;
        }
    }
}
