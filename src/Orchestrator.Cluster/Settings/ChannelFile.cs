using System.Collections.Immutable;
using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Configuration;
using Orchestrator.Cluster.Notices;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Settings;

/// <summary>The file of the channels by which people are told of sweeps. It holds secrets: nothing of it is shown or passed on.</summary>
public static class ChannelFile
{
    const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    const string PageKey = "page";

    /// <param name="path">Null: the data folder's own, where there is one.</param>
    /// <exception cref="NodeSettingException">The file cannot be read, others may read it, or something in it cannot be
    /// used.</exception>
    public static NoticeChannels Read(string? path, DataFolder folder, TimeProvider time)
    {
        var file = path ?? folder.Channels;
        if (path is null && !File.Exists(file))
            return new NoticeChannels(file, null, folder, ImmutableSortedDictionary<string, INoticeChannel>.Empty);
        return Parse(file, Text(file), folder, time);
    }

    /// <exception cref="NodeSettingException">Something in it cannot be used.</exception>
    public static NoticeChannels Parse(string path, string text, DataFolder folder, TimeProvider time)
    {
        var entries = LayeredSettings.Read(path, text);
        Uri? page = null;
        var sections = new SortedDictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
            if (key.Split(ConfigurationPath.KeyDelimiter) is [var section, var name])
            {
                if (!sections.TryGetValue(section, out var keys))
                    sections.Add(section, keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));
                keys.Add(name, value ?? "");
            }
            else if (key == PageKey)
                page = new ChannelSection(path, "", []).Address(value, PageKey, areAllowed: ["https", "http"]);
            else
                throw new NodeSettingException($"{path}: '{key}' stands in no [channel], and is not {PageKey}");
        return new NoticeChannels(
            path,
            page,
            folder,
            sections.ToImmutableSortedDictionary(one => one.Key, one => new ChannelSection(path, one.Key, one.Value).Channel(time))
        );
    }

    static string Text(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                throw new NodeSettingException($"{path} may be read or changed by others, and holds secrets; chmod 600 it");
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NodeSettingException($"{path}: cannot be read: {error.Message}");
        }
    }
}

/// <summary>One channel of the file.</summary>
sealed class ChannelSection(string path, string name, Dictionary<string, string> keys)
{
    const string Webhook = "webhook",
        Slack = "slack",
        Mail = "smtp",
        Secret = "secret",
        From = "from",
        To = "to",
        User = "user",
        Password = "password",
        Tls = "tls";
    const int LeastSecret = 24;

    public INoticeChannel Channel(TimeProvider time)
    {
        if (new Matching(NotifySpec.ChannelName, "").Canonical(name) is null)
            throw Bad("", "a channel's name is 1 to 48 characters of a-z, 0-9 and -");
        return (keys.Keys.Where(key => key is Webhook or Slack or Mail).ToList()) switch
        {
            [Webhook] => WebhookOf(time),
            [Slack] => SlackOf(),
            [Mail] => MailOf(),
            _ => throw Bad("", $"one of {Webhook}, {Slack} and {Mail} says where it leads"),
        };
    }

    /// <exception cref="NodeSettingException">It is no such address; the message does not repeat it, for it may be a secret.</exception>
    public Uri Address(string? text, string key, string[] areAllowed) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (areAllowed.Contains(address.Scheme) || address.IsLoopback)
            ? address.Scheme is "https" or "http" && address.UserInfo.Length == 0
                ? address
                : throw Bad(key, "expected an address without a user's name in it")
            : throw Bad(key, $"expected an address that begins with {string.Join(" or ", areAllowed.Select(scheme => $"{scheme}://"))}");

    WebhookChannel WebhookOf(TimeProvider time)
    {
        Only(Webhook, Secret);
        return new WebhookChannel(Address(keys[Webhook], Webhook, ["https", "http"]), Key(), time);
    }

    SlackChannel SlackOf()
    {
        Only(Slack);
        return new SlackChannel(Address(keys[Slack], Slack, ["https"]));
    }

    MailChannel MailOf()
    {
        Only(Mail, From, To, User, Password, Tls);
        if (!Uri.TryCreate($"smtp://{keys[Mail]}", UriKind.Absolute, out var relay) || relay is not { Host.Length: > 0, Port: > 0 })
            throw Bad(Mail, "expected host:port, such as smtp.example.org:587");
        var isEncrypted = keys.GetValueOrDefault(Tls) switch
        {
            null => !relay.IsLoopback,
            "true" => true,
            "false" => false,
            _ => throw Bad(Tls, "expected true or false"),
        };
        if (keys.ContainsKey(User) != keys.ContainsKey(Password))
            throw Bad(User, $"{User} and {Password} go together");
        if (keys.ContainsKey(Password) && !isEncrypted && !relay.IsLoopback)
            throw Bad(Tls, "false: everybody on the way could read the password");
        var login = keys.TryGetValue(User, out var user) ? new NetworkCredential(user, keys[Password]) : null;
        return new MailChannel(
            new MailRelay(relay.Host, relay.Port, isEncrypted, Addresses(From, one: true), Addresses(To, one: false), login)
        );
    }

    string Addresses(string key, bool one)
    {
        var text = keys.GetValueOrDefault(key) ?? throw Bad(key, "not set: expected a mail address");
        try
        {
            var addresses = new MailAddressCollection { text };
            return addresses.Count == 1 || !one ? text : throw Bad(key, "expected one mail address");
        }
        catch (FormatException)
        {
            throw Bad(key, "expected a mail address" + (one ? "" : ", or several with commas between them"));
        }
    }

    byte[]? Key()
    {
        if (keys.GetValueOrDefault(Secret) is not { } secret)
            return null;
        var key = new byte[secret.Length];
        return
            secret.StartsWith(WebhookChannel.SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[WebhookChannel.SecretPrefix.Length..], key, out var length)
            && length >= LeastSecret
            ? key[..length]
            : throw Bad(
                Secret,
                $"expected {WebhookChannel.SecretPrefix} and at least {LeastSecret} random bytes in base64: "
                    + $"echo {WebhookChannel.SecretPrefix}$(openssl rand -base64 32)"
            );
    }

    void Only(params string[] known)
    {
        if (keys.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
            throw Bad(unknown, $"not known here{Suggestions.DidYouMean(unknown, known)}; {string.Join(", ", known)} are");
    }

    NodeSettingException Bad(string key, string message) =>
        new($"{path}: {string.Join(' ', new[] { name.Length > 0 ? $"[{name}]" : "", key }.Where(part => part.Length > 0))}: {message}");
}
