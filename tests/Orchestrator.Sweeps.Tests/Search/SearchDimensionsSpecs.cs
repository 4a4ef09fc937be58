using System.Globalization;
using CsCheck;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class SearchDimensionsSpecs
{
    static readonly Gen<double> Unit = Gen.OneOf(Gen.Double[0, 1].Where(u => u < 1), Gen.Const(0.0), Gen.Const(Math.BitDecrement(1.0)));

    static readonly Gen<(string Text, double[] Unit)> Any = Gen.Select(SweepFileGen.Searched, Unit.Array[40]);

    [Fact]
    public void Every_point_is_a_configuration_that_the_rules_of_the_file_accept() =>
        Any.Sample(
            (text, unit) =>
            {
                var spec = SweepTexts.Parse(text);
                var assignment = SearchDimensions.Of(spec).Assignment(unit);

                Assert.Empty(TrialFactory.Create(spec, assignment).Settings.Faults());
                Assert.All(
                    Ranges(spec.Space.Parameters).GroupBy(parameter => parameter.Path).Where(path => !HasOtherValues(path.Key)),
                    path => Assert.True(!assignment.TryGetValue(path.Key, out var value) || IsWithin(path, value))
                );
                Assert.False(assignment.ContainsKey(SearchSpace.Replicate));
            }
        );

    [Fact]
    public void A_point_comes_back_from_its_configuration() =>
        Any.Sample(
            (text, unit) =>
            {
                var dimensions = SearchDimensions.Of(SweepTexts.Parse(text));
                var assignment = dimensions.Assignment(unit);

                var back = dimensions.Coordinates(assignment);

                Assert.Equal(assignment, dimensions.Assignment([.. back.Select(u => u ?? 0)]));
                Assert.All(
                    Existing(dimensions.Outer, back),
                    dimension =>
                    {
                        var isReal = dimension.Parameter.Range is { Kind: RangeKind.Uniform or RangeKind.LogUniform };
                        Assert.InRange(back[dimension.Index]!.Value, 0, 1);
                        if (isReal)
                            Assert.Equal(unit[dimension.Index], back[dimension.Index]!.Value, 1e-5);
                    }
                );
                Assert.Equal(Existing(dimensions.Outer, back).Count(), back.Count(u => u is not null));
            }
        );

    [Fact]
    public void A_grid_of_choices_has_a_point_for_each_of_its_trials() =>
        SweepFileGen.Valid.Sample(text =>
        {
            var spec = SweepTexts.Parse(text);
            var dimensions = SearchDimensions.Of(spec);

            Assert.All(
                GridSearch.Enumerate(spec).Take(50),
                trial =>
                    Assert.Equal(
                        trial.Remove(SearchSpace.Replicate),
                        dimensions.Assignment([.. dimensions.Coordinates(trial).Select(u => u ?? 0)])
                    )
            );
        });

    [Theory]
    [InlineData("flow.steps: { int_uniform: [3, 8] }", "3 4 5 6 7 8")]
    [InlineData("flow.steps: { quantized: [1, 7, 3] }", "1 4 7")]
    [InlineData("training.ema: { quantized: [0.1, 0.4, 0.1] }", "0.1 0.2 0.3 0.4")]
    [InlineData("training.ema: { quantized: [0.1, 0.45, 0.1] }", "0.1 0.2 0.3 0.4")]
    [InlineData("training.ema: { quantized: [0.1, 0.3, 0.2] }", "0.1 0.3")]
    [InlineData("flow.coupling: [spline, affine]", "spline affine")]
    public void Values_of_a_list_or_of_steps_are_equally_likely(string parameter, string values)
    {
        var drawn = Values(parameter, 6000);

        Assert.Equal(values.Split(' '), drawn.Distinct());
        Assert.All(drawn.CountBy(value => value), value => Assert.Equal(6000 / values.Split(' ').Length, value.Value));
    }

    [Fact]
    public void A_logarithmic_range_has_as_many_values_in_each_decade()
    {
        var drawn = Values("training.learning_rate: { log_uniform: [1e-5, 1e-1] }", 4000).Select(Number).ToList();

        Assert.All(
            Enumerable.Range(-5, 4),
            decade => Assert.Equal(1000, drawn.Count(rate => rate >= Math.Pow(10, decade) && rate < Math.Pow(10, decade + 1)))
        );
    }

    [Fact]
    public void A_whole_number_on_a_logarithmic_scale_has_the_share_of_what_rounds_to_it()
    {
        var drawn = Values("flow.hidden: { log_int_uniform: [1, 64] }", 100_000).CountBy(Number).ToDictionary();

        Assert.Equal(64, drawn.Count);
        Assert.All(
            drawn,
            one => Assert.Equal(Math.Log((one.Key + 0.5) / (one.Key - 0.5)) / Math.Log(64.5 / 0.5), one.Value / 100_000.0, 2e-5)
        );
    }

    [Fact]
    public void A_normal_range_is_cut_off_where_the_field_ends()
    {
        var drawn = Values("training.ema: { normal: [0.9, 0.2] }", 1000).Select(Number).ToList();

        Assert.All(drawn, ema => Assert.InRange(ema, 0, Math.BitDecrement(1.0)));
        Assert.All(new[] { 100, 500, 900 }, rank => Assert.Equal((rank + 0.5) / 1000, Mass(0, drawn[rank]) / Mass(0, 1), 1e-6));

        static double Mass(double from, double to)
        {
            const int parts = 2000;
            var width = (to - from) / parts;
            return Enumerable.Range(0, parts).Sum(part => width * Density(from + (part + 0.5) * width));
        }

        static double Density(double x) => Math.Exp(-Math.Pow((x - 0.9) / 0.2, 2) / 2);
    }

    [Theory]
    [InlineData("training.ema: { uniform: [0, 0.5] }", 0.002, "0.001")]
    [InlineData("training.learning_rate: { uniform: [0.001, 0.003] }", 0.5, "0.002")]
    [InlineData("training.learning_rate: { log_uniform: [1e-4, 1] }", 0.25, "0.001")]
    [InlineData("training.gradient_clip: { uniform: [1, 1.000001] }", 0.1234567, "1.0000001234567")]
    [InlineData("base: { distribution: von-mises-fisher, kappa: { log_uniform: [0.5d, 2d] } }", 0.5, "1d")]
    [InlineData("base: { distribution: von-mises-fisher, kappa: { uniform: [100, 300] } }", 0.5, "200")]
    public void A_number_is_written_as_a_file_would_have_it(string parameter, double unit, string text) =>
        Assert.Equal(text, Dimensions(parameter).Assignment([unit, unit]).Values.Last());

    [Fact]
    public void A_dimension_is_there_for_each_parameter_outer_before_inner() =>
        Assert.Equal(
            ["base 0", "base.alpha 1", "base.kappa 2", "training.ema 3"],
            All(
                    Dimensions(
                        "base: [{ distribution: dirichlet, alpha: { uniform: [1, 2] } }, { distribution: von-mises-fisher, kappa: [1, 2] }]"
                            + "\n  replicate: [1, 2]\n  training.ema: { uniform: [0, 0.5] }"
                    ).Outer
                )
                .Select(dimension => $"{dimension.Parameter.Path} {dimension.Index}")
        );

    [Theory]
    [InlineData("flow.steps: { int_uniform: [3, 8] }\n  replicate: [1, 2, 3]", 6)]
    [InlineData("flow.steps: { quantized: [1, 8, 2] }\n  flow.levels: [1, 2]", 8)]
    [InlineData("base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: { quantized: [1, 2, 0.5] } }]", 4)]
    [InlineData("training.ema: { uniform: [0, 0.5] }", long.MaxValue)]
    [InlineData("replicate: [1, 2]", 1)]
    public void Configurations_are_counted_without_their_replicates(string parameters, long count) =>
        Assert.Equal(count, Dimensions(parameters).Configurations);

    [Fact]
    public void A_trial_of_another_sweep_has_the_coordinates_that_this_one_has_too()
    {
        var dimensions = Dimensions(
            """
            training.learning_rate: { log_uniform: [1e-4, 1e-2] }
              flow.coupling: [affine, spline]
              training.ema: { uniform: [0, 0.5] }
              flow.steps: { quantized: [1, 9, 4] }
            """
        );
        var other = TrialSettings.Default.With(("training.learning_rate", "0.001"), ("training.ema", "0.9"), ("flow.steps", "6"));

        var unit = dimensions.CoordinatesOf(other.Values);

        Assert.Equal(0.5, unit[0]!.Value, 1e-12);
        Assert.Equal([0.25, null, null], unit[1..]);
    }

    static SearchDimensions Dimensions(string parameters) =>
        SearchDimensions.Of(
            SweepTexts.Parse(SweepTexts.Head + "search: { algorithm: random, trials: 10 }\nparameters:\n  " + parameters + "\n")
        );

    /// <summary>Of the only parameter, at points that are equally far apart.</summary>
    static List<string> Values(string parameter, int count)
    {
        var dimensions = Dimensions(parameter);
        return [.. Enumerable.Range(0, count).Select(i => dimensions.Assignment([(i + 0.5) / count]).Values.Single())];
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    static IEnumerable<Parameter> Ranges(IEnumerable<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
            parameter.Range is null ? parameter.Choices.SelectMany(choice => Ranges(choice.Inner)) : [parameter]
        );

    /// <summary>The template has a value, too, where an entry of the whole trial leaves the field as it is.</summary>
    static bool HasOtherValues(string path) => path is "training.gradient_clip" or "training.weight_decay" or "flow.hidden";

    /// <summary>Several entries may set the field, each by a range of its own: one of them has the value.</summary>
    static bool IsWithin(IEnumerable<Parameter> parameters, string text) =>
        parameters.Any(parameter =>
            text.EndsWith('d') == parameter.Range!.PerDimension
            && Number(text.TrimEnd('d')) >= parameter.Range.Low
            && Number(text.TrimEnd('d')) <= parameter.Range.High
        );

    static IEnumerable<Dimension> Existing(IEnumerable<Dimension> dimensions, double?[] unit) =>
        from dimension in dimensions
        from existing in (IEnumerable<Dimension>)
            [
                dimension,
                .. dimension.Inner.IsEmpty
                    ? []
                    : Existing(dimension.Inner[(int)(unit[dimension.Index]!.Value * dimension.Inner.Length)], unit),
            ]
        select existing;

    static IEnumerable<Dimension> All(IEnumerable<Dimension> dimensions) =>
        dimensions.SelectMany(dimension => All(dimension.Inner.SelectMany(inner => inner)).Prepend(dimension));
}
