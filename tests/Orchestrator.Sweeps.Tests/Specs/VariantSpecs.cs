using CsCheck;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class VariantSpecs
{
    [Theory]
    [InlineData("glow")]
    [InlineData("glow(coupling=spline)")]
    [InlineData("glow(coupling=spline,mixing=permutation)")]
    [InlineData("float32(optimizer=adamw,weight_decay=1E-05)")]
    public void Its_text_is_what_was_read(string text) => Assert.Equal(text, Variant.Parse(text).ToString());

    [Fact]
    public void What_is_not_said_is_at_its_default()
    {
        var variant = Variant.Parse("glow(coupling=spline)");
        Assert.Equal(("glow", "spline", "lu"), (variant.Name, variant.Get("flow.coupling"), variant.Get("flow.mixing")));
    }

    [Theory]
    [InlineData("glow(")]
    [InlineData("glow()")]
    [InlineData("glow(coupling)")]
    [InlineData("glow(coupling=spline")]
    [InlineData("glow(a=1,a=2)")]
    [InlineData("glow(a=1=2)")]
    public void Text_that_is_not_so_formed_is_a_name_that_nobody_knows(string text) => Assert.Equal(text, Variant.Parse(text).Name);

    [Theory]
    [InlineData("glow", null)]
    [InlineData("glow(coupling=spline,mixing=lu)", null)]
    [InlineData("glow(colour=red)", "flow.colour: this version has no such setting")]
    [InlineData("glow(levels=3)", "flow.levels: this version has no such setting")]
    [InlineData("glow(coupling=cubic)", "flow.coupling: expected one of affine, additive, spline, found cubic")]
    public void Settings_that_this_version_does_not_have_are_faults(string text, string? fault) =>
        Assert.Equal(fault, Variant.Parse(text).Fault("flow"));

    [Fact]
    public void Any_text_has_one_canonical_form() =>
        Gen.String[Gen.Char["ab(),="], 0, 12]
            .Sample(text =>
            {
                var canonical = Variant.Parse(text).ToString();
                Assert.Equal(canonical, Variant.Parse(canonical).ToString());
            });
}
