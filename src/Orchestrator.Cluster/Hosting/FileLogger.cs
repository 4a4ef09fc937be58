using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Orchestrator.Cluster.Hosting.Wire;

namespace Orchestrator.Cluster.Hosting;

/// <summary>Writes the actor system's log to the file that <see cref="PathSetting"/> names (the terminal belongs to a sweep's progress), or on standard error where it names none.</summary>
public sealed class FileLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public const string PathSetting = "orchestrator.log-file";

    readonly TextWriter _log;

    public FileLogger()
    {
        var path = Context.System.Settings.Config.GetString(PathSetting);
        _log = path.Length == 0 ? Console.Error : new StreamWriter(path, append: true) { AutoFlush = true };
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(entry =>
        {
            var text = entry.Message.ToString() ?? "";
            if (ConnectionLog.Repeats(text)) return;
            _log.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{entry.Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.LogLevel()} {entry.LogSource} {text}{(entry.Cause is null ? "" : Environment.NewLine + entry.Cause)}"));
        });
    }

    protected override void PostStop()
    {
        if (_log is StreamWriter file) file.Dispose();
    }
}
