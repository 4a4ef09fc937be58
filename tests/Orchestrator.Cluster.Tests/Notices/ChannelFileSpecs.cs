using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Tests.Notices;

/// <summary>The file of channels: what it may say, and that its secrets stay in it.</summary>
public sealed class ChannelFileSpecs : IDisposable
{
    const string Good = """
        page = https://sweeps.example.org
        [ops]
        webhook = https://hooks.example.org/a
        secret = whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=
        [plain]
        webhook = http://hooks.example.org/a
        [team]
        slack = https://hooks.slack.com/services/T/B/x
        [mail]
        smtp = relay.example.org:587
        from = Sweeps <sweeps@example.org>
        to = a@example.org, b@example.org
        user = u
        password = p
        """;

    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Channels_of_all_kinds_are_read_with_the_address_of_the_page()
    {
        Write(Good, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var channels = ChannelFile.Read(null, _folder.Data, TimeProvider.System);
        Assert.Equal("mail, ops, plain, team", channels.Names);
        Assert.Equal("https://sweeps.example.org/", channels.Page?.AbsoluteUri);
        Assert.IsType<MailChannel>(channels.ByName["mail"]);
        Assert.IsType<SlackChannel>(channels.ByName["team"]);
        Assert.IsType<WebhookChannel>(channels.ByName["ops"]);
        Assert.Null(channels.Missing(new NotifySpec(["ops", "team"], [])));
        Assert.Equal(
            $"notify.channels: there is no channel 'opps'; {_folder.Data.Channels} has mail, ops, plain, team; did you mean 'ops'?",
            channels.Missing(new NotifySpec(["ops", "opps"], []))
        );
    }

    [Fact]
    public void Without_a_file_there_are_no_channels_and_one_that_is_named_is_to_be_there()
    {
        var none = ChannelFile.Read(null, _folder.Data, TimeProvider.System);
        Assert.Equal("none", none.Names);
        Assert.Null(none.Missing(NotifySpec.Nobody));
        Assert.Contains("has none", none.Missing(new NotifySpec(["ops"], [])), StringComparison.Ordinal);
        Assert.Throws<NodeSettingException>(() => ChannelFile.Read(_folder.At("other"), _folder.Data, TimeProvider.System));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_may_read_or_change_is_refused(UnixFileMode mode)
    {
        Write(Good, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
        var error = Assert.Throws<NodeSettingException>(() => ChannelFile.Read(null, _folder.Data, TimeProvider.System));
        Assert.Contains("chmod 600", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("webhook = https://a.example", "'webhook' stands in no [channel]")]
    [InlineData("page = ftp://a.example", "page: expected an address that begins with https:// or http://")]
    [InlineData("[Ops]\nwebhook = https://a.example", "[Ops]: a channel's name is 1 to 48 characters")]
    [InlineData("[a]\nsecret = s3cret", "[a]: one of webhook, slack and smtp says where it leads")]
    [InlineData("[a]\nwebhook = https://a.example\nslack = https://b.example", "[a]: one of webhook, slack and smtp")]
    [InlineData("[a]\nwebhook = https://a.example/s3cret\nsecrets = s3cret", "[a] secrets: not known here; did you mean 'secret'?")]
    [InlineData("[a]\nwebhook = https://a.example\nsecret = s3cret", "[a] secret: expected whsec_ and at least 24 random bytes in base64")]
    [InlineData("[a]\nwebhook = https://a.example\nsecret = whsec_czNjcmV0", "[a] secret: expected whsec_ and at least 24 random bytes")]
    [InlineData("[a]\nwebhook = https://u:s3cret@a.example", "[a] webhook: expected an address without a user's name in it")]
    [InlineData("[a]\nwebhook = file:///s3cret", "[a] webhook: expected an address")]
    [InlineData("[a]\nslack = http://a.example/s3cret", "[a] slack: expected an address that begins with https://")]
    [InlineData("[a]\nsmtp = a.example", "[a] smtp: expected host:port")]
    [InlineData("[a]\nsmtp = a.example:25\nto = a@b.example", "[a] from: not set")]
    [InlineData("[a]\nsmtp = a.example:25\nfrom = a@b.example, c@b.example\nto = a@b.example", "[a] from: expected one mail address")]
    [InlineData("[a]\nsmtp = a.example:25\nfrom = a@b.example\nto = nobody", "[a] to: expected a mail address, or several")]
    [InlineData(
        "[a]\nsmtp = a.example:25\nfrom = a@b.example\nto = a@b.example\npassword = s3cret",
        "[a] user: user and password go together"
    )]
    [InlineData(
        "[a]\nsmtp = a.example:25\nfrom = a@b.example\nto = a@b.example\nuser = u\npassword = s3cret\ntls = false",
        "[a] tls: false: everybody on the way could read the password"
    )]
    [InlineData("[a]\nsmtp = a.example:25\nfrom = a@b.example\nto = a@b.example\ntls = maybe", "[a] tls: expected true or false")]
    public void What_cannot_be_used_is_said_without_any_secret(string text, string says)
    {
        var error = Assert.Throws<NodeSettingException>(() => ChannelFile.Parse("n.conf", text, _folder.Data, TimeProvider.System));
        Assert.StartsWith("n.conf: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    void Write(string text, UnixFileMode mode)
    {
        File.WriteAllText(_folder.Data.Channels, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.Data.Channels, mode);
    }
}
