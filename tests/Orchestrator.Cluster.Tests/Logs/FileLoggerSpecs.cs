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
        var directory = Directory.CreateTempSubdirectory("log-specs-");
        var path = Path.Combine(directory.FullName, "orchestrator.log");
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
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var looks = 0; !File.Exists(path) || !(await File.ReadAllTextAsync(path, cancel)).EndsWith('\n'); looks++)
            {
                Assert.True(looks < 1000, "not in time");
                await timer.WaitForNextTickAsync(cancel);
            }
        }
        finally
        {
            await system.Terminate();
        }

        var lines = await File.ReadAllLinesAsync(path, cancel);
        directory.Delete(recursive: true);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ErrorLevel somebody.* it failed \\u001b\[31m$", lines[0]);
        Assert.Equal("System.IO.IOException: no room", lines[1]);
    }
}
