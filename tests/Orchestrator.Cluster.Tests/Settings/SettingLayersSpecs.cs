using Orchestrator.Cluster.Settings;

namespace Orchestrator.Cluster.Tests.Settings;

public sealed class SettingLayersSpecs
{
    [Fact]
    public void A_later_layer_replaces_an_earlier_one_and_says_where_it_came_from()
    {
        var layers = new SettingLayers()
            .WithFile("node.conf", "orchestrator { port = 1, http.port = 1, lease = 20, seed = [\"a:1\", \"b:1\"] }")
            .WithEnvironment([new("ORCHESTRATOR__PORT", "2"), new("ORCHESTRATOR__HTTP__PORT", "2"), new("PATH", "/bin")])
            .WithFlag(NodeSettings.Port, ["3"]);

        AssertIs(layers[NodeSettings.Port], ["3"], "--port");
        AssertIs(layers[NodeSettings.HttpPort], ["2"], "ORCHESTRATOR__HTTP__PORT");
        AssertIs(layers[NodeSettings.Lease], ["20"], "node.conf");
        AssertIs(layers[NodeSettings.Seed], ["a:1", "b:1"], "node.conf");
        AssertIs(layers[NodeSettings.Host], ["127.0.0.1"], "default");
    }

    [Fact]
    public void A_list_of_the_environment_has_commas() =>
        Assert.Equal(
            ["a:1", "b:2"],
            new SettingLayers().WithEnvironment([new("ORCHESTRATOR__SEED", "a:1, b:2")])[NodeSettings.Seed].Values
        );

    [Fact]
    public void An_empty_value_is_not_set() =>
        Assert.Equal("default", new SettingLayers().WithEnvironment([new("ORCHESTRATOR__DATA_DIR", "")])[NodeSettings.DataDir].Origin);

    [Fact]
    public void Settings_of_the_actor_system_itself_are_passed_on() =>
        Assert.Contains("7s", new SettingLayers().WithFile("node.conf", "akka.cluster.split-brain-resolver.stable-after = 7s").Overrides);

    [Theory]
    [InlineData("orchestrator.prot = 1", "node.conf: unknown setting 'prot'; did you mean 'port'?")]
    [InlineData("orchestrator.http.host.name = x", "node.conf: unknown setting 'http.host.name'")]
    [InlineData("port = 1", "node.conf: unknown section 'port'; expected orchestrator or akka")]
    [InlineData("orchestrator { port = ", "node.conf: not HOCON: line 1: '{' is not closed")]
    [InlineData("orchestrator {\n  seed = [1, }", "node.conf: not HOCON: line 2: '}' where '[' of line 2 is open")]
    [InlineData("# {\norchestrator.host = \"{\"\n// [\n]", "node.conf: not HOCON: line 4: ']' closes nothing")]
    [InlineData("orchestrator.host = \"a\norchestrator.port = 1", "node.conf: not HOCON: line 1: a text is not closed")]
    [InlineData("orchestrator.host = \"\"\"\na\n\"\"\"\n{", "node.conf: not HOCON: line 4: '{' is not closed")]
    public void A_file_with_what_is_no_setting_is_refused(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<NodeSettingException>(() => new SettingLayers().WithFile("node.conf", text)).Message);

    [Fact]
    public void A_variable_of_ours_that_names_no_setting_is_refused() =>
        Assert.Contains(
            "'ORCHESTRATOR__HTTP__PORT'?",
            Assert.Throws<NodeSettingException>(() => new SettingLayers().WithEnvironment([new("ORCHESTRATOR__HTTP__PROT", "1")])).Message
        );

    static void AssertIs(SettingValue value, string[] values, string origin)
    {
        Assert.Equal(values, value.Values);
        Assert.Equal(origin, value.Origin);
    }
}
