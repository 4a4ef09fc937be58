using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Web.Access;

namespace Orchestrator.Web.Tests.Access;

public sealed class TokenFileSpecs : IDisposable
{
    static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    readonly TemporaryFolder _folder = new();

    TokenFile Tokens => new(_folder.Data.Tokens);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_is_recognised_and_nowhere_written_down()
    {
        var (secret, token) = Tokens.Create(AccessRole.Operator, "ci", Now);
        Assert.True(secret.Length >= 43, "256 bits");
        Assert.Equal(token, Tokens.Find(secret));
        Assert.Null(Tokens.Find(secret[..^1]));
        Assert.Null(Tokens.Find(token.Sha256));
        Assert.Null(Tokens.Find(""));
        Assert.All(Directory.EnumerateFiles(_folder.Data.Root), file => Assert.DoesNotContain(secret, File.ReadAllText(file)));
    }

    [Fact]
    public void Every_token_is_another_one() =>
        Assert.Equal(20, Enumerable.Range(0, 20).Select(_ => Tokens.Create(AccessRole.Viewer, null, Now).Secret).Distinct().Count());

    [Fact]
    public void What_another_process_changes_holds_at_once()
    {
        var running = Tokens;
        Assert.Empty(running.All());
        var (secret, token) = Tokens.Create(AccessRole.Viewer, null, Now);
        Assert.Equal(AccessRole.Viewer, running.Find(secret)!.Role);
        Assert.False(Tokens.Revoke("nobody"));
        Assert.True(Tokens.Revoke(token.Id));
        Assert.Null(running.Find(secret));
    }

    [Fact]
    public void A_quota_is_the_name_s_and_stays_with_it_when_its_token_is_revoked_and_another_one_made()
    {
        var running = Tokens;
        Assert.Empty(running.LastQuotas());
        var (_, token) = Tokens.Create(AccessRole.Operator, "alice", Now);
        var quota = Tokens.SetQuota("alice", ImmutableSortedDictionary<string, string>.Empty.Add("slots", "2").Add("gpu_hours", "40"));
        Assert.Equal(new TokenQuota(2, 40, null), quota);
        Assert.Equal(quota, running.LastQuotas()["alice"]);
        Assert.True(Tokens.Revoke(token.Id));
        Tokens.Create(AccessRole.Operator, "alice", Now);
        Assert.Equal(quota, running.Quotas()["alice"]);
        Assert.Single(running.All());

        if (!OperatingSystem.IsWindows())
        {
            // Who may train is not changed by who may read the file.
            File.SetUnixFileMode(_folder.Data.Tokens, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            Assert.Throws<TokenFileException>(() => running.Quotas());
            Assert.Equal(quota, running.LastQuotas()["alice"]);
            File.SetUnixFileMode(_folder.Data.Tokens, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Tokens.SetQuota("alice", ImmutableSortedDictionary<string, string>.Empty.Add("slots", "none").Add("gpu_hours", "none"));
        Assert.Empty(running.LastQuotas());
    }

    [Fact]
    public void Only_the_owner_may_read_the_file()
    {
        var (secret, _) = Tokens.Create(AccessRole.Viewer, null, Now);
        if (OperatingSystem.IsWindows())
            return; // it has no modes
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Data.Tokens));
        var running = Tokens;
        Assert.NotNull(running.Find(secret));
        File.SetUnixFileMode(_folder.Data.Tokens, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        // Also who has read it already.
        foreach (var tokens in new[] { running, Tokens })
            Assert.Contains("chmod 600", Assert.Throws<TokenFileException>(() => tokens.Find(secret)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"tokens\": null}")]
    [InlineData("{\"tokens\": [null]}")]
    [InlineData("{\"tokens\": [], \"quotas\": {\"alice\": null}}")]
    [InlineData("{\"tokens\": [], \"quotas\": {\"alice\": {\"slots\": \"many\"}}}")]
    [InlineData("{\"tokens\": [{\"id\": \"a\", \"role\": \"operator\", \"sha256\": \"short\", \"created_at\": \"2026-11-24T12:00:00Z\"}]}")]
    [InlineData("{\"tokens\": [{\"id\": \"a\", \"role\": \"boss\", \"sha256\": \"00\", \"created_at\": \"2026-11-24T12:00:00Z\"}]}")]
    public void A_damaged_file_lets_nobody_in_and_says_so(string content)
    {
        var (secret, _) = Tokens.Create(AccessRole.Operator, null, Now);
        File.WriteAllText(_folder.Data.Tokens, content);
        Assert.Contains("cannot be read", Assert.Throws<TokenFileException>(() => Tokens.Find(secret)).Message);
    }

    [Fact]
    public void Two_that_write_at_the_same_time_lose_nothing()
    {
        Tokens.Create(AccessRole.Viewer, "first", Now);
        using (new FileStream(_folder.Data.Tokens + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Contains(
                "cannot be written",
                Assert.Throws<TokenFileException>(() => Tokens.Create(AccessRole.Viewer, "second", Now)).Message
            );
        Tokens.Create(AccessRole.Viewer, "third", Now);
        Assert.Equal(["first", "third"], Tokens.All().Select(token => token.Name));
    }
}
