using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Transforms;

public sealed class InitialisationSpecs
{
    [Fact]
    public void Actnorm_leaves_its_first_batch_white_and_does_so_only_once()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var actnorm = new ActNorm(3);
        var batch = Draw.Normal(1, float32, 64, 3, 4, 4) * tensor([0.1f, 5f, 300f]).view(3, 1, 1) - 7;
        actnorm.Initialise(batch);
        var (white, _) = actnorm.Forward(batch);
        Verify.AreClose(zeros(3), white.mean([0, 2, 3]), 1e-4);
        Verify.AreClose(ones(3), white.square().mean([0, 2, 3]), 1e-4);

        actnorm.Initialise(batch * 10 + 3);
        Verify.HaveEqualBytes(white, actnorm.Forward(batch).Value);
    }

    [Fact]
    public void A_channel_that_is_constant_in_the_first_batch_is_not_amplified_without_bound()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var actnorm = new ActNorm(1);
        actnorm.Initialise(full([8, 1, 2, 2], 0.25f));
        var (z, logDeterminant) = actnorm.Forward(full([8, 1, 2, 2], 0.75f));
        Verify.IsGood(logDeterminant, 8);
        Verify.AreClose(full([8, 1, 2, 2], 500f), z, 1);
    }

    [Fact]
    public void A_coupling_network_starts_with_white_hidden_channels()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(2, CPU);
        var projection = new ActNormLinear(6, 5, generator);
        var columns = Draw.Normal(3, float32, 6, 100) * 20 + 4;
        projection.Initialise(columns);
        var white = projection.Forward(columns);
        Verify.AreClose(zeros(5), white.mean([1]), 1e-4);
        Verify.AreClose(ones(5), white.square().mean([1]), 1e-4);
    }
}
