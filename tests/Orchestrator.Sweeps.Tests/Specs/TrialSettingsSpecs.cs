using System.Text.Json;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class TrialSettingsSpecs
{
    [Fact]
    public void In_json_they_are_one_object_of_texts_by_path()
    {
        var settings = TrialSettings.Default.With(("base.distribution", "dirichlet"), ("base.alpha", "2.5"));
        var json = JsonSerializer.Serialize(settings, OrchestratorJson.Compact);
        Assert.StartsWith(
            """{"base.alpha":"2.5","base.concentration":"fixed","base.distribution":"dirichlet","flow.architecture":"glow",""",
            json,
            StringComparison.Ordinal
        );
        Assert.Equal(settings, JsonSerializer.Deserialize<TrialSettings>(json, OrchestratorJson.Compact));
    }

    [Theory]
    [InlineData("""{"flow.levels":null}""")]
    [InlineData("""{"flow.levels":2}""")]
    [InlineData("""["flow.levels"]""")]
    public void Json_of_another_form_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TrialSettings>(json, OrchestratorJson.Compact));

    [Fact]
    public void Every_row_of_the_table_has_its_property()
    {
        var settings = TrialSettings.Default;
        foreach (
            var (section, rows) in new (object, string)[]
            {
                (settings.Flow, "flow"),
                (settings.Base, "base"),
                (settings.Training, "training"),
            }
        )
            Assert.Equal(TrialFields.Table.FieldsOf(rows).Count(), section.GetType().GetProperties().Length);
    }

    [Theory]
    [InlineData("flow.levels", "3", null)]
    [InlineData("flow.levels", "17", "flow.levels: expected at most 16, not 17: images of 65536 pixels a side have no more")]
    [InlineData("flow.levels", "two", "flow.levels: expected a whole number of at least 1, not 'two'")]
    [InlineData("flow.levels", "02", "flow.levels: expected 2, not '02'")]
    [InlineData("flow.colour", "red", "flow.colour: this version has no such setting")]
    [InlineData("base.kappa", "1d", "base.kappa: only von-mises-fisher takes kappa, and base.distribution is gaussian")]
    [InlineData("base.distribution", "von-mises-fisher", "base.kappa: missing: expected a number above 0, or one followed by d")]
    public void What_no_trial_can_have_is_a_fault_in_one_line(string path, string text, string? fault)
    {
        var faults = TrialSettings.Default.With((path, text)).Faults().ToList();
        if (fault is null)
            Assert.Empty(faults);
        else
            Assert.StartsWith(fault, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_setting_that_is_missing_is_a_fault()
    {
        var values = TrialSettings.Default.Values;
        Assert.All(
            values.Keys,
            path =>
                Assert.Contains(
                    new TrialSettings(values.Remove(path)).Faults(),
                    fault => fault.StartsWith($"{path}: missing: expected", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public void Another_choice_brings_its_own_settings_and_takes_those_of_the_old_one()
    {
        var step = TrialSettings.Default.With(("training.schedule", "step"), ("training.decay_epochs", "3"));
        Assert.Equal((3.0, 0.1), (step.Training.DecayEpochs, step.Training.DecayFactor));
        Assert.Equal(TrialSettings.Default, step.With(("training.schedule", "constant")));
    }
}
