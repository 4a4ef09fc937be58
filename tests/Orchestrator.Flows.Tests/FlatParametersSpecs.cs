using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests;

public sealed class FlatParametersSpecs
{
    [Fact]
    public void Adam_on_the_vector_is_adam_on_every_parameter()
    {
        using var scope = NewDisposeScope();
        FlowModel plain = Create(),
            flat = Create();
        using var parameters = new FlatParameters(flat);
        var plainOptimizer = optim.Adam(plain.parameters(), 1e-2);
        var flatOptimizer = optim.Adam([parameters.Values], 1e-2);
        for (var step = 0; step < 3; step++)
        {
            var images = Draw.Normal(step, float32, 16, 1, 8, 8);
            plainOptimizer.zero_grad();
            (-plain.LogProb(images).mean()).backward();
            plainOptimizer.step();
            parameters.ClearGradients();
            (-flat.LogProb(images).mean()).backward();
            flatOptimizer.step();
        }
        foreach (var (expected, actual) in plain.StateTensors().Zip(flat.StateTensors()))
            Verify.AreClose(expected.Tensor, actual.Tensor, 1e-6);
        Verify.AreClose(cat([.. plain.NamedParameters().Select(entry => entry.Tensor.grad!.flatten())]), parameters.Gradients, 1e-3);
    }

    [Fact]
    public void A_change_of_the_vector_is_a_change_of_the_model_and_a_load_the_other_way_round()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = Create();
        var state = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor.detach().clone());
        using var parameters = new FlatParameters(model);
        var before = parameters.Values.detach().clone();
        parameters.Values.fill_(0.125f);
        Assert.All(model.NamedParameters(), entry => Assert.True((entry.Tensor == 0.125f).all().item<bool>()));
        model.Load(state);
        Verify.HaveEqualBytes(before, parameters.Values);
    }

    [Fact]
    public void The_first_parameter_that_is_not_finite_is_named()
    {
        using var scope = NewDisposeScope();
        var model = Create();
        using var parameters = new FlatParameters(model);
        parameters.ThrowIfNonFinite();
        var (name, parameter) = model.NamedParameters()[5];
        parameter.grad!.view(-1)[0] = float.NaN;
        Assert.Equal(name, Assert.Throws<NonFiniteException>(parameters.ThrowIfNonFinite).Layer);
        parameters.ClearGradients();
        using (no_grad())
            parameter.view(-1)[-1] = float.NegativeInfinity;
        Assert.Equal(name, Assert.Throws<NonFiniteException>(parameters.ThrowIfNonFinite).Layer);
    }

    [Fact]
    public void Every_learned_number_is_in_the_vector()
    {
        var model = Create();
        var count = model.parameters().Sum(parameter => parameter.numel());
        using var parameters = new FlatParameters(model);
        Assert.Equal(count, parameters.Values.numel());
        Assert.Equal(count, parameters.Gradients.numel());
    }

    static FlowModel Create() => FlowModel.Create("glow", new ImageShape(1, 8, 8), new FlowOptions(2, 1, 8), new Gaussian(64), 3);
}
