using Orchestrator.Cluster.Settings;

namespace Orchestrator.Cluster.Tests.Settings;

public sealed class LayeredSettingsSpecs
{
    [Fact]
    public void A_later_layer_replaces_an_earlier_one_and_says_where_it_came_from()
    {
        var settings = new LayeredSettings()
            .WithFile("node.conf", "port = 1\nlease = 20\nseed = a:1, b:1\n[http]\nport = 1")
            .WithEnvironment([new("ORCHESTRATOR__PORT", "2"), new("ORCHESTRATOR__HTTP__PORT", "2"), new("PATH", "/bin")])
            .WithFlag(NodeSettingTable.Port, ["3"]);

        AssertIs(settings[NodeSettingTable.Port], ["3"], "--port");
        AssertIs(settings[NodeSettingTable.HttpPort], ["2"], "ORCHESTRATOR__HTTP__PORT");
        AssertIs(settings[NodeSettingTable.Lease], ["20"], "node.conf");
        AssertIs(settings[NodeSettingTable.Seed], ["a:1", "b:1"], "node.conf");
        AssertIs(settings[NodeSettingTable.Host], ["127.0.0.1"], "default");
        AssertIs(settings[NodeSettingTable.Storage], [], "default");
    }

    [Theory]
    [InlineData("http.tls.key = k")]
    [InlineData("[http]\ntls.key = k")]
    [InlineData("[http.tls]\nkey = k")]
    [InlineData("# why\n; how\n\n[HTTP.TLS]\nKey = \"k\"")]
    public void A_key_with_dots_may_be_written_under_its_section(string text) =>
        AssertIs(new LayeredSettings().WithFile("node.conf", text)[NodeSettingTable.HttpTlsKey], ["k"], "node.conf");

    [Fact]
    public void A_value_may_hold_what_divides_keys_from_values() =>
        AssertIs(
            new LayeredSettings().WithFile("node.conf", "journal = Host=db;Username=o;Password=a,b#c//d")[NodeSettingTable.Journal],
            ["Host=db;Username=o;Password=a,b#c//d"],
            "node.conf"
        );

    [Fact]
    public void A_list_has_commas_and_its_flag_may_be_given_several_times()
    {
        AssertIs(
            new LayeredSettings().WithEnvironment([new("ORCHESTRATOR__SEED", "a:1, b:2")])[NodeSettingTable.Seed],
            ["a:1", "b:2"],
            "ORCHESTRATOR__SEED"
        );
        AssertIs(
            new LayeredSettings().WithFlag(NodeSettingTable.Seed, ["a:1,b:2", "c:3"])[NodeSettingTable.Seed],
            ["a:1", "b:2", "c:3"],
            "--seed"
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    public void An_empty_value_is_not_set(string empty)
    {
        var settings = new LayeredSettings()
            .WithFile("node.conf", "data-dir =\nseed = a:1,b:1")
            .WithEnvironment([new("ORCHESTRATOR__SEED", empty)]);
        AssertIs(settings[NodeSettingTable.DataDir], ["runs"], "default");
        AssertIs(settings[NodeSettingTable.Seed], ["a:1", "b:1"], "node.conf");
    }

    [Theory]
    [InlineData("akka.cluster.split-brain-resolver.stable-after = 7s")]
    [InlineData("[akka]\ncluster.split-brain-resolver.stable-after = 7s")]
    [InlineData("[akka.cluster.split-brain-resolver]\nstable-after = 7s")]
    public void Settings_of_the_actor_system_itself_are_passed_on(string text)
    {
        var settings = new LayeredSettings().WithFile("node.conf", text).Overrides;
        Assert.Equal(TimeSpan.FromSeconds(7), settings.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
    }

    [Fact]
    public void Where_the_file_has_none_of_the_actor_system_nothing_is_passed_on() =>
        Assert.True(new LayeredSettings().WithFile("node.conf", "port = 1").Overrides.IsEmpty);

    [Theory]
    [InlineData("prot = 1", "node.conf: unknown setting 'prot'; did you mean 'port'?")]
    [InlineData("[http]\nprot = 1", "node.conf: unknown setting 'http.prot'; did you mean 'http.port'?")]
    [InlineData("http.host.name = x", "node.conf: unknown setting 'http.host.name'")]
    [InlineData("akka = x", "node.conf: unknown setting 'akka'")]
    [InlineData("port", "node.conf: unrecognized line format: 'port'; each line is 'key = value', '[section]' or a comment")]
    [InlineData("orchestrator {\n  port = 1\n}", "node.conf: unrecognized line format: 'orchestrator {'; each line is")]
    [InlineData("port = 1\nport = 2", "node.conf: a duplicate key 'port' was found; each line is")]
    public void A_file_with_what_is_no_setting_is_refused(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<NodeSettingException>(() => new LayeredSettings().WithFile("node.conf", text)).Message);

    [Fact]
    public void A_variable_of_ours_that_names_no_setting_is_refused() =>
        Assert.Contains(
            "'ORCHESTRATOR__HTTP__PORT'?",
            Assert.Throws<NodeSettingException>(() => new LayeredSettings().WithEnvironment([new("ORCHESTRATOR__HTTP__PROT", "1")])).Message
        );

    static void AssertIs(SettingValue value, string[] values, string origin)
    {
        Assert.Equal(values, value.Values);
        Assert.Equal(origin, value.Origin);
    }
}
