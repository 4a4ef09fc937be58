using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests;

/// <summary>Seeded inputs and parameters.</summary>
static class Draw
{
    public static Tensor Normal(long seed, ScalarType type, params long[] shape)
    {
        using var generator = new Generator((ulong)seed, CPU);
        return randn(shape, type, generator: generator);
    }

    /// <summary>Gives every parameter noise, so that nothing is the identity it starts as.</summary>
    public static T Randomised<T>(T module, long seed, double deviation = 0.3)
        where T : nn.Module
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var noGradient = no_grad();
        foreach (var (_, parameter) in module.named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal))
            parameter.add_(randn(parameter.shape, parameter.dtype, generator: generator) * deviation);
        return module;
    }
}
