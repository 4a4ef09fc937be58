using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Orchestrator.Cluster.Logs;

namespace Orchestrator.Cluster.Tests.Logs;

public sealed class FileLoggerSpecs
{
    [Fact]
    public async Task An_entry_has_time_level_source_and_message_and_its_cause_below()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var directory = new TemporaryFolder();
        var path = directory.At("orchestrator.log");
        var system = ActorSystem.Create(
            "log",
            ConfigurationFactory.ParseString(
                $$"""
                akka { loggers = ["{{typeof(FileLogger).FullName}}, Orchestrator.Cluster"], stdout-loglevel = OFF, loglevel = WARNING }
                {{FileLogger.PathSetting}} = "{{path}}"
                """
            )
        );
        try
        {
            Logging.GetLogger(system, "somebody").Info("not asked for");
            Logging.GetLogger(system, "somebody").Error(new IOException("no room"), "it {0} \u001b[31m", "failed");
            await Eventually.TrueAsync(
                async () => File.Exists(path) && (await File.ReadAllTextAsync(path, cancel)).EndsWith('\n'),
                TimeSpan.FromSeconds(20)
            );
        }
        finally
        {
            await system.Terminate();
        }

        var lines = await File.ReadAllLinesAsync(path, cancel);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ErrorLevel somebody.* it failed \\u001b\[31m$", lines[0]);
        Assert.Equal("System.IO.IOException: no room", lines[1]);
    }
}
