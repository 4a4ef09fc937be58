using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace Orchestrator.Cluster.Notices;

/// <summary>Where mail goes, and how.</summary>
/// <param name="IsEncrypted">By STARTTLS; a relay without it is not spoken to then.</param>
/// <param name="To">Addresses with commas between them.</param>
public sealed record MailRelay(string Host, int Port, bool IsEncrypted, string From, string To, NetworkCredential? Login);

/// <summary>Mail through a relay, with the sample grid attached where there is one.</summary>
/// <remarks>The client is .NET's own: MailKit brings 7.5 MB, most of it a library for signed mail, and the coordinator's image has no room
/// for that.</remarks>
public sealed class MailChannel(MailRelay relay) : INoticeChannel
{
    const long LargestPicture = 4 << 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<NoticeDelivery> SendAsync(NoticeMessage message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var mail = Mail(message);
        using var client = new SmtpClient(relay.Host, relay.Port) { EnableSsl = relay.IsEncrypted, Credentials = relay.Login };
        try
        {
            await client.SendMailAsync(mail, limit.Token).ConfigureAwait(false);
            return NoticeDelivery.Arrived;
        }
        catch (SmtpFailedRecipientException error) when (Refused(error) is var refused && refused < mail.To.Count)
        {
            // To the others it is on its way: once more would be twice for them.
            return new NoticeDelivery($"{relay.Host}: {refused} of {mail.To.Count} addresses refused", IsFinal: true);
        }
        catch (SmtpException error)
        {
            // From 550 on it is the message, or its addresses, that the relay does not take.
            var code = (int)error.StatusCode;
            var why = code > 0 ? string.Create(CultureInfo.InvariantCulture, $"SMTP {code}") : error.GetBaseException().Message;
            return new NoticeDelivery($"{relay.Host}: {why}", IsFinal: error.StatusCode is >= SmtpStatusCode.MailboxUnavailable);
        }
        catch (OperationCanceledException)
        {
            return new NoticeDelivery(string.Create(CultureInfo.InvariantCulture, $"{relay.Host}: no answer in {Patience.TotalSeconds} s"));
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            return new NoticeDelivery($"{relay.Host}: {error.Message}");
        }
    }

    static int Refused(SmtpFailedRecipientException error) =>
        error is SmtpFailedRecipientsException several ? several.InnerExceptions.Length : 1;

    MailMessage Mail(NoticeMessage message)
    {
        var page = message.Page is null ? "" : $"\n\n{message.Page}";
        var from = new MailAddress(relay.From);
        var mail = new MailMessage
        {
            From = from,
            Subject = message.Title,
            Body = $"{message.Text}{page}\n",
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
            // One message, however often it comes.
            Headers = { { "Message-ID", $"<{message.Id}@{from.Host}>" }, { "Auto-Submitted", "auto-generated" } },
        };
        mail.To.Add(relay.To);
        if (Picture(message) is { } picture)
            mail.Attachments.Add(new Attachment(picture, "samples.png", MediaTypeNames.Image.Png));
        return mail;
    }

    static FileStream? Picture(NoticeMessage message)
    {
        try
        {
            return message.Picture is { } path && new FileInfo(path) is { Exists: true, Length: <= LargestPicture } file
                ? file.OpenRead()
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
