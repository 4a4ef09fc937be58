namespace Orchestrator.Flows.Transforms;

/// <summary>Shape of one image, without the batch dimension.</summary>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Number of data dimensions d, and so of latent dimensions.</summary>
    public int Dimension => Channels * Height * Width;

    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
