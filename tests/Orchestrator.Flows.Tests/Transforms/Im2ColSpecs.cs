using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Transforms;

public sealed class Im2ColSpecs
{
    static readonly long[] SamePadding = [1, 1];

    [Fact]
    public void Gather_a_product_and_a_bias_are_a_convolution()
    {
        using var scope = NewDisposeScope();
        var x = Draw.Normal(1, float64, 3, 2, 5, 4);
        var (weight, bias) = (Draw.Normal(2, float64, 7, 2, 3, 3), Draw.Normal(5, float64, 7));
        Verify.AreClose(nn.functional.conv2d(x, weight, bias, padding: SamePadding), Im2Col.Convolve(x, weight, bias), 1e-13);
    }

    [Fact]
    public void A_product_and_scatter_are_a_transposed_convolution()
    {
        using var scope = NewDisposeScope();
        var x = Draw.Normal(3, float64, 3, 2, 5, 4);
        var weight = Draw.Normal(4, float64, 2, 7, 3, 3);
        var columns = mm(weight.permute(2, 3, 1, 0).flatten(0, 2), x.transpose(0, 1).flatten(1));
        Verify.AreClose(nn.functional.conv_transpose2d(x, weight, padding: SamePadding), Im2Col.Scatter(columns, 3, 5, 4), 1e-13);
    }
}
