using Orchestrator.Flows;
using Orchestrator.Flows.Tensors;
using static TorchSharp.torch;

namespace Orchestrator.Speed;

/// <summary>The log-density of a Glow as docs/checkpoint-format.md has it, written plainly: every convolution is conv2d. It works on the
/// flow's own parameters.</summary>
sealed class PlainGlow(FlowModel flow)
{
    const double Tolerance = 1e-4;
    readonly Dictionary<string, Tensor> state = flow.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor);

    /// <returns>Nats [B].</returns>
    public Tensor LogProb(Tensor images)
    {
        var (x, latent, logDeterminant) = (images, new List<Tensor>(), zeros(images.shape[0]));
        for (var level = 0; level < GlowCase.Levels; level++)
        {
            x = nn.functional.pixel_unshuffle(x, 2);
            for (var step = 0; step < GlowCase.Steps; step++)
                Step($"level{level}.step{step}", ref x, ref logDeterminant);
            if (level == GlowCase.Levels - 1)
                break;
            var halves = x.chunk(2, 1);
            var prior = nn.functional.conv2d(
                halves[0],
                state[$"level{level}.split.weight"],
                state[$"level{level}.split.bias"],
                padding: [1, 1]
            );
            var parts = prior.chunk(2, 1);
            var logDeviation = parts[1].Over(5).tanh().Times(5);
            latent.Add(((halves[1] - parts[0]) * logDeviation.neg().exp()).flatten(1));
            logDeterminant = logDeterminant - logDeviation.sum([1, 2, 3]);
            x = halves[0];
        }

        latent.Add(x.flatten(1));
        return flow.BaseDistribution.LogProb(cat(latent, 1)).Plus(logDeterminant);
    }

    /// <exception cref="InvalidOperationException">It is another flow.</exception>
    public void Check(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var apart = (LogProb(images) - flow.LogProb(images)).abs().max().item<double>() / GlowCase.Shape.Dimension;
        if (!(apart <= Tolerance))
            throw new InvalidOperationException($"the plain flow's log-densities are {apart} nats per dimension from the flow's");
    }

    void Step(string name, ref Tensor x, ref Tensor logDeterminant)
    {
        var sites = x.shape[2] * x.shape[3];
        var scale = state[$"{name}.actnorm.log_scale"];
        x = x * scale.exp() + state[$"{name}.actnorm.bias"];
        var mixing = state[$"{name}.convolution.log_scale"];
        var identity = eye(x.shape[1]);
        var weight = state[$"{name}.convolution.permutation"]
            .mm(state[$"{name}.convolution.lower"].tril(-1) + identity)
            .mm(diag(state[$"{name}.convolution.sign"] * mixing.exp()))
            .mm(state[$"{name}.convolution.upper"].triu(1) + identity);
        x = nn.functional.conv2d(x, weight.unsqueeze(-1).unsqueeze(-1));
        var halves = x.chunk(2, 1);
        var parts = Network($"{name}.coupling.network", halves[0]).chunk(2, 1);
        var stretch = parts[1].Plus(2).sigmoid().Plus(0.01);
        x = cat([halves[0], (halves[1] + parts[0]) * stretch], 1);
        logDeterminant = logDeterminant + (scale.sum() + mixing.sum()).Times(sites) + stretch.log().sum([1, 2, 3]);
    }

    Tensor Network(string name, Tensor x)
    {
        var hidden = state[$"{name}.hidden.weight"].shape[0];
        var input = Scaled($"{name}.input").view(hidden, 3, 3, x.shape[1]).permute(0, 3, 1, 2);
        var first = nn.functional.conv2d(x, input, state[$"{name}.input.bias"].flatten(), padding: [1, 1]).relu();
        var middle = Scaled($"{name}.hidden").view(hidden, hidden, 1, 1);
        var second = nn.functional.conv2d(first, middle, state[$"{name}.hidden.bias"].flatten()).relu();
        var output = state[$"{name}.output_weight"] * state[$"{name}.output_log_gain"].Times(3).exp();
        var kernel = output.view(3, 3, output.shape[1], hidden).flip(0, 1).permute(2, 3, 0, 1);
        return nn.functional.conv2d(second, kernel, state[$"{name}.output_bias"].flatten(), padding: [1, 1]);
    }

    Tensor Scaled(string name) => state[$"{name}.weight"] * state[$"{name}.log_scale"].exp();
}
