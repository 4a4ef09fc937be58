using Orchestrator.Flows.Transforms;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orchestrator.Evaluation.Features;

/// <summary>A small classifier of grey or colour images of 8 pixels a side or more, whose last hidden layer is the feature space.</summary>
sealed class DomainNetwork : Module<Tensor, Tensor>
{
    public const string Layer = "hidden";
    public const int Dimensions = 64;

    /// <summary>From this side on, the first convolution's output is pooled too.</summary>
    const int LargeSide = 16;

    readonly Conv2d edges;
    readonly Conv2d parts;
    readonly Linear hidden;
    readonly Linear classes;
    readonly bool large;

    /// <param name="seed">Decides the first weights.</param>
    public DomainNetwork(ImageShape shape, int classCount, long seed)
        : base(nameof(DomainNetwork))
    {
        large = Math.Min(shape.Height, shape.Width) >= LargeSide;
        var shrink = large ? 4 : 2;
        edges = Conv2d(shape.Channels, 16, 3, padding: 1);
        parts = Conv2d(16, 32, 3, padding: 1);
        hidden = Linear(32 * (shape.Height / shrink) * (shape.Width / shrink), Dimensions);
        classes = Linear(Dimensions, classCount);
        RegisterComponents();
        Initialise(seed);
    }

    /// <param name="images">uint8 [n, C, H, W], the whole range 0..255 used.</param>
    /// <returns>float32 [n, 64], none negative.</returns>
    public Tensor Features(Tensor images)
    {
        var first = functional.relu(edges.forward(images.to(ScalarType.Float32).OverInPlace(255).MinusInPlace(0.5)));
        var second = functional.relu(parts.forward(large ? functional.max_pool2d(first, 2) : first));
        return functional.relu(hidden.forward(functional.max_pool2d(second, 2).flatten(1)));
    }

    /// <returns>Logits, float32 [n, classes].</returns>
    public override Tensor forward(Tensor images) => classes.forward(Features(images));

    /// <summary>Multiplies all features by a factor and leaves every class decision as it is: rectified units scale with their
    /// weights.</summary>
    public void ScaleFeatures(double factor)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        hidden.weight!.TimesInPlace(factor);
        hidden.bias!.TimesInPlace(factor);
        classes.weight!.OverInPlace(factor);
    }

    /// <summary>He's rule for the weights from a generator of its own, biases 0: the global generator decides nothing.</summary>
    void Initialise(long seed)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var (_, parameter) in named_parameters())
            if (parameter.dim() == 1)
                parameter.zero_();
            else
                parameter.copy_(
                    randn(parameter.shape, generator: generator).Times(Math.Sqrt(2.0 / (parameter.numel() / parameter.shape[0])))
                );
    }
}
