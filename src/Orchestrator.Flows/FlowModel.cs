using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows;

/// <summary>A normalizing flow: a transform of images [B,C,H,W] into flat latents [B,d], and the distribution of those.</summary>
/// <remarks>Images are dequantised pixels in [-1/2,1/2]. The model computes in the type and on the device it was moved to by
/// <c>to</c>.</remarks>
public sealed class FlowModel : nn.Module
{
    [ComponentName(Name = "transform")]
    readonly Transform transform;

    [ComponentName(Name = "base")]
    readonly BaseDistribution distribution;

    public FlowModel(Transform transform, BaseDistribution distribution)
        : base(nameof(FlowModel))
    {
        this.transform = transform;
        this.distribution = distribution;
        RegisterComponents();
    }

    /// <summary>A fresh flow; equal seeds give equal bytes.</summary>
    /// <exception cref="ArgumentException">Unknown architecture, sizes it cannot take, or a base of another dimension.</exception>
    public static FlowModel Create(string architecture, ImageShape image, FlowOptions options, BaseDistribution distribution, long seed) =>
        distribution.Dimension == image.Dimension
            ? new FlowModel(FlowArchitectures.Create(architecture, image, options, seed), distribution)
            : throw new ArgumentException(
                $"images of {image} have {image.Dimension} dimensions, the base has {distribution.Dimension}",
                nameof(distribution)
            );

    public BaseDistribution BaseDistribution => distribution;

    /// <summary>Log-density of images [B,C,H,W] with respect to Lebesgue measure on pixels in [-1/2,1/2], in nats, as float64
    /// [B].</summary>
    public Tensor LogProb(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (latents, logDeterminant) = transform.Forward(images);
        return distribution.LogProb(latents).Plus(logDeterminant).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradient of the sum of the images' log-densities, times a factor, to that of the parameters. Of each step of the
    /// flow only the input is kept on the way forward; what it computes is computed once more on the way back.</summary>
    /// <returns>The sum times the factor, float64, without a gradient.</returns>
    public Tensor BackwardRecomputing(Tensor images, double factor)
    {
        using var scope = NewDisposeScope();
        using var kept = new KeptInputs();
        var (latents, logDeterminant) = transform.Forward(images, kept);
        var (z, l) = (latents.detach().requires_grad_(), logDeterminant.detach().requires_grad_());
        var sum = distribution.LogProb(z).Plus(l).sum().Times(factor);
        sum.backward();
        transform.Backward(kept, z.grad!, l.grad!);
        return sum.detach().MoveToOuterDisposeScope();
    }

    /// <summary>Images [B,C,H,W] to latents [B,d].</summary>
    public Tensor Encode(Tensor images)
    {
        using var scope = NewDisposeScope();
        return transform.Forward(images).Value.MoveToOuterDisposeScope();
    }

    /// <summary>Latents [B,d] to images [B,C,H,W].</summary>
    public Tensor Decode(Tensor latents)
    {
        using var scope = NewDisposeScope();
        return transform.Inverse(latents).Value.MoveToOuterDisposeScope();
    }

    /// <summary>Draws images [n,C,H,W].</summary>
    /// <param name="temperature">Multiplies the latents: below 1 nearer to the base's centre.</param>
    public Tensor Sample(long count, Generator generator, double temperature = 1)
    {
        using var scope = NewDisposeScope();
        var like = parameters().First();
        return Decode(distribution.Sample(count, generator).Times(temperature).to(like.dtype, like.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Sets data-dependent parameters, layer after layer, from one large batch [B,C,H,W]. What is set already, stays.</summary>
    public void Initialise(Tensor batch)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        transform.Traverse(
            batch,
            static (layer, input) =>
            {
                layer.Initialise(input);
                return layer.Forward(input);
            }
        );
    }

    /// <summary>Runs images forward once more with a check after each layer, for when their log-density was not finite.</summary>
    /// <exception cref="NonFiniteException">Names the first layer whose output or log-determinant is not finite, or else the
    /// base.</exception>
    public void ThrowIfNonFinite(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Check("images", "a value", images);
        var (latents, _) = transform.Traverse(
            images,
            (layer, input) =>
            {
                var (value, logDeterminant) = layer.Forward(input);
                if (!IsFinite(value))
                    throw new NonFiniteException(NameOf(layer), "an output");
                if (!IsFinite(logDeterminant))
                    throw new NonFiniteException(NameOf(layer), "a log-determinant");
                return (value, logDeterminant);
            }
        );
        Check("base", "a log-density", distribution.LogProb(latents));
    }

    /// <summary>Every tensor of the state by its name in a checkpoint, in ordinal order of the names: all parameters, and the buffers that
    /// fix a layer.</summary>
    /// <remarks>Plain dotted names, such as <c>level0.step3.actnorm.log_scale</c>. The tensors are the model's own, not copies.</remarks>
    public IReadOnlyList<(string Name, Tensor Tensor)> StateTensors() =>
        InOrder([
            .. NamedParameters(),
            .. transform.named_buffers(),
            .. distribution.named_buffers().Select(buffer => ($"base.{buffer.name}", buffer.buffer)),
        ]);

    /// <summary>The learned part of the state, in ordinal order of the names.</summary>
    internal IReadOnlyList<(string Name, Tensor Tensor)> NamedParameters() =>
        InOrder([
            .. transform.named_parameters().Select(parameter => (parameter.name, (Tensor)parameter.parameter)),
            .. distribution.named_parameters().Select(parameter => ($"base.{parameter.name}", (Tensor)parameter.parameter)),
        ]);

    /// <summary>Copies a state into the model: exactly the names and shapes of <see cref="StateTensors"/>, or nothing is changed.</summary>
    /// <exception cref="ArgumentException">Says which tensors are missing, unknown or of another shape.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        var own = StateTensors();
        var names = own.Select(entry => entry.Name).ToHashSet();
        var faults = own.Where(entry => !state.ContainsKey(entry.Name))
            .Select(entry => $"'{entry.Name}' is missing")
            .Concat(state.Keys.Where(name => !names.Contains(name)).Select(name => $"'{name}' is unknown"))
            .Concat(
                own.Where(entry => state.TryGetValue(entry.Name, out var other) && !other.shape.SequenceEqual(entry.Tensor.shape))
                    .Select(entry =>
                        $"'{entry.Name}' is [{string.Join(',', state[entry.Name].shape)}] and should be "
                        + $"[{string.Join(',', entry.Tensor.shape)}]"
                    )
            )
            .ToList();
        if (faults.Count > 0)
            throw new ArgumentException(
                $"the state does not fit this flow: "
                    + $"{string.Join("; ", faults.Take(5))}{(faults.Count > 5 ? $"; and {faults.Count - 5} more" : "")}",
                nameof(state)
            );
        using var noGradient = no_grad();
        foreach (var (name, tensor) in own)
            tensor.copy_(state[name]);
    }

    string NameOf(Transform layer) => transform.named_modules().First(entry => ReferenceEquals(entry.module, layer)).name;

    static void Check(string layer, string what, Tensor value)
    {
        if (!IsFinite(value))
            throw new NonFiniteException(layer, what);
    }

    static bool IsFinite(Tensor value) => value.isfinite().all().item<bool>();

    static List<(string Name, Tensor Tensor)> InOrder(IEnumerable<(string Name, Tensor Tensor)> entries) =>
        [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
}
