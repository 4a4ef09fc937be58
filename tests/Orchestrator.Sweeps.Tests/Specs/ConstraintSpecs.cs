using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class ConstraintSpecs
{
    static readonly ImmutableSortedDictionary<string, string> Settings = TrialSettings
        .Default.With(("flow.hidden", "96"), ("flow.steps", "12"), ("training.learning_rate", "0.0003"))
        .Values;

    [Theory]
    [InlineData("flow.hidden * flow.steps <= 2048", true)]
    [InlineData("flow.hidden * flow.steps <= 1151", false)]
    [InlineData("flow.hidden*flow.steps==1152", true)]
    [InlineData("flow.hidden + 4 * flow.steps == 144", true)]
    [InlineData("(flow.hidden + 4) * flow.steps == 1200", true)]
    [InlineData("flow.hidden - 4 - 2 == 90 and flow.hidden / 4 / 2 == 12", true)]
    [InlineData("-flow.steps < -11.5", true)]
    [InlineData("- - 12 == flow.steps", true)]
    [InlineData("training.learning_rate >= 3e-4", true)]
    [InlineData("training.learning_rate > .0003", false)]
    [InlineData("flow.coupling == 'affine'", true)]
    [InlineData("\"affine\" != flow.coupling", false)]
    [InlineData("flow.coupling in ('additive', 'affine')", true)]
    [InlineData("flow.coupling not in ('additive', 'affine')", false)]
    [InlineData("flow.steps in (4, 8, 3 * 4)", true)]
    [InlineData("not flow.steps > 12", true)]
    [InlineData("not (flow.steps == 12)", false)]
    [InlineData("not not flow.steps == 12", true)]
    [InlineData("flow.steps < 4 or flow.steps > 8 and flow.hidden > 64", true)]
    [InlineData("(flow.steps < 4 or flow.steps > 8) and flow.hidden > 96", false)]
    [InlineData("flow.hidden / 0 > 1e300", true)]
    public void It_is_true_or_false_of_a_trial(string text, bool holds) => Assert.Equal(holds, Constraint.Parse(text).Holds(Settings));

    [Theory]
    [InlineData("base.kappa < 3")]
    [InlineData("base.kappa >= 3")]
    [InlineData("not base.kappa < 3")]
    [InlineData("base.alpha < 3 and flow.steps == 1")]
    public void What_names_a_setting_that_a_trial_has_not_is_true_of_it(string text) => Assert.True(Constraint.Parse(text).Holds(Settings));

    [Theory]
    [InlineData("", 0, "expected a setting, a number or a text in quotes, not the end")]
    [InlineData("flow.hiden < 3", 0, "no setting is called 'flow.hiden'; did you mean 'flow.hidden'?")]
    [InlineData("1 < steps", 4, "no setting is called 'steps'; did you mean 'flow.steps'?")]
    [InlineData("flow.coupling == affine", 17, "no setting is called so; a text stands in quotes: 'affine'")]
    [InlineData("flow.coupling == 'afine'", 17, "expected one of affine, additive, spline, not 'afine'; did you mean 'affine'?")]
    [InlineData("flow.coupling in ('spline', 'x')", 28, "expected one of affine, additive, spline, not 'x'")]
    [InlineData("flow.coupling < 3", 0, "expected a number, not a text")]
    [InlineData("flow.steps == 'affine'", 14, "a number and a text are never equal: expected a number")]
    [InlineData("flow.steps", 0, "a number alone is no condition: expected a comparison")]
    [InlineData("flow.steps and flow.hidden < 3", 0, "a number alone is no condition: expected a comparison")]
    [InlineData("(flow.steps < 3) + 1 < 3", 1, "expected a number, not a comparison")]
    [InlineData("1 < flow.steps < 3", 15, "only two are compared at a time: join comparisons with and")]
    [InlineData("flow.steps = 3", 11, "expected == to compare")]
    [InlineData("flow.steps < 3 && flow.hidden < 3", 15, "expected and")]
    [InlineData("flow.steps < 3 || flow.hidden < 3", 15, "expected or")]
    [InlineData("!(flow.steps < 3)", 0, "expected not")]
    [InlineData("flow.steps < 3;", 14, "';' is no part of a condition")]
    [InlineData("flow.coupling == 'affine", 17, "this quote is not closed: expected ' after the text")]
    [InlineData("(flow.steps < 3", 15, "expected ), not the end")]
    [InlineData("flow.steps < 3 flow.hidden", 15, "expected and, or, or the end, not 'flow.hidden'")]
    [InlineData("flow.steps in 3", 14, "expected (, not '3'")]
    [InlineData("flow.steps not 3", 15, "expected in after not, not '3'")]
    [InlineData("flow.steps <", 12, "expected a setting, a number or a text in quotes, not the end")]
    [InlineData("replicate < 3", 0, "a configuration is run for all replicates or for none: a condition is about its settings")]
    [InlineData("base.kappa < 2d", 13, "2d is a multiple of the latent dimension, which is not known here: expected a number")]
    public void What_is_none_is_refused_at_its_place(string text, int at, string message)
    {
        var error = Assert.Throws<ConstraintException>(() => Constraint.Parse(text));

        Assert.Equal((at, message), (error.At, error.Message));
    }

    [Fact]
    public void It_is_not_nested_without_end() =>
        Assert.EndsWith(
            "nested deeper than 32 levels",
            Assert.Throws<ConstraintException>(() => Constraint.Parse(new string('(', 100_000) + "1")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Signs_bind_as_in_arithmetic() =>
        Sum(4).Sample(term => Assert.True(Constraint.Parse($"{term.Text} == {Text(term.Value)}").Holds(Settings), term.Text));

    [Fact]
    public void Any_text_is_a_condition_or_refused_within_itself() =>
        Gen.OneOf(Sum(2).Select(term => term.Text), Gen.String[Gen.Char["()<>=!'\"+-*/,. 1d"], 0, 8], Gen.Const(" and "), Gen.Const(" in "))
            .Array[1, 5]
            .Select(string.Concat)
            .Sample(text =>
            {
                try
                {
                    Constraint.Parse(text).Holds(Settings);
                }
                catch (ConstraintException error)
                {
                    Assert.InRange(error.At, 0, text.Length);
                }
            });

    // Products of sums stand in parentheses; whole numbers stay exact.
    static Gen<(string Text, double Value)> Sum(int depth) =>
        Gen.Select(
            Product(depth),
            Gen.Select(Gen.Bool, Product(depth)).Array[0, 2],
            (first, others) =>
                others.Aggregate(
                    first,
                    (sum, other) =>
                        other.Item1
                            ? ($"{sum.Item1} + {other.Item2.Text}", sum.Item2 + other.Item2.Value)
                            : ($"{sum.Item1} - {other.Item2.Text}", sum.Item2 - other.Item2.Value)
                )
        );

    static Gen<(string Text, double Value)> Product(int depth) =>
        Factor(depth)
            .Array[1, 2]
            .Select(factors => (string.Join(" * ", factors.Select(one => one.Text)), factors.Aggregate(1.0, (a, b) => a * b.Value)));

    static Gen<(string Text, double Value)> Factor(int depth) =>
        depth == 0
            ? Leaf
            : Gen.OneOf(
                Leaf,
                Sum(depth - 1).Select(inner => ($"({inner.Text})", inner.Value)),
                Leaf.Select(one => ($"-{one.Text}", -one.Value))
            );

    static Gen<(string Text, double Value)> Leaf { get; } =
        Gen.OneOf(
            Gen.Int[0, 9].Select(number => (Text(number), (double)number)),
            Gen.Const(("flow.hidden", 96.0)),
            Gen.Const(("flow.steps", 12.0))
        );

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
