using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Wire;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Logs;

/// <summary>Writes the actor system's log to the file that <see cref="PathSetting"/> names (the terminal belongs to a sweep's progress), or
/// on standard error where it names none.</summary>
public sealed class FileLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public const string PathSetting = "orchestrator.log-file";

    readonly LogWriter _log;
    readonly RepeatedErrors _errors = new(TimeProvider.System);

    public FileLogger()
    {
        var path = Context.System.Settings.Config.GetString(PathSetting);
        _log =
            path.Length == 0
                ? LogWriter.ToStandardError(TimeProvider.System)
                : LogWriter.ToFile(path, TimeProvider.System, Failed(Context.System.EventStream));
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Log);
    }

    protected override void PostStop() => _log.Dispose();

    // Not as an event of the log, which would be another line that cannot be written.
    static Action<string> Failed(EventStream stream) => reason => stream.Publish(new TroubleProtocol.LogFailed(reason));

    void Log(LogEvent entry)
    {
        var text = entry.Message.ToString() ?? "";
        if (ConnectionLog.Repeats(text) || _errors.Tell(entry) is not { } end)
            return;
        _log.Write(
            Printable.From(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entry.Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.LogLevel()} {entry.LogSource} "
                        + $"{text}{end}{(entry.Cause is null ? "" : Environment.NewLine + entry.Cause)}"
                )
            )
        );
    }
}
