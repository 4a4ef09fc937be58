using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Orchestrator.Cluster.Hosting;

/// <summary>Appends the actor system's log to the file that <see cref="PathSetting"/> names: the terminal belongs to the sweep's progress.</summary>
public sealed class FileLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public const string PathSetting = "orchestrator.log-file";

    readonly StreamWriter _file = new(Context.System.Settings.Config.GetString(PathSetting), append: true) { AutoFlush = true };

    public FileLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(entry => _file.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{entry.Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.LogLevel()} {entry.LogSource} {entry.Message}{(entry.Cause is null ? "" : Environment.NewLine + entry.Cause)}")));
    }

    protected override void PostStop() => _file.Dispose();
}
