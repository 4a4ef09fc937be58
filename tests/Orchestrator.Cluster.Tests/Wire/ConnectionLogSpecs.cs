using Akka.Event;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Wire;

namespace Orchestrator.Cluster.Tests.Wire;

public sealed class ConnectionLogSpecs
{
    static readonly ConnectionException Failure = new(ConnectionFailure.Closed, "it ended");
    readonly FakeTimeProvider _time = new();
    readonly Lines _lines = new();
    readonly ConnectionLog _log;

    public ConnectionLogSpecs() =>
        _log = new ConnectionLog(_lines, new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()).Connections, _time);

    [Fact]
    public void Each_other_side_is_written_about_once_a_minute_with_how_often_it_was()
    {
        for (var second = 0; second < 150; second++, _time.Advance(TimeSpan.FromSeconds(1)))
        {
            _log.Failed(ConnectionDirection.Outbound, "a:1", Failure);
            _log.Failed(ConnectionDirection.Outbound, "b:1", Failure);
        }

        Assert.Equal(6, _lines.Written.Count);
        var ofOne = _lines.Written.Where(line => line.Contains("a:1", StringComparison.Ordinal));
        Assert.Equal(2, ofOne.Count(line => line.Contains("(59 more", StringComparison.Ordinal)));
    }

    [Fact]
    public void Ten_thousand_addresses_do_not_fill_the_log()
    {
        for (var peer = 0; peer < 10_000; peer++)
            _log.Failed(ConnectionDirection.Inbound, $"10.0.{peer / 256}.{peer % 256}", Failure);

        Assert.Equal(ConnectionLog.MostPeers + 1, _lines.Written.Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        _log.Failed(ConnectionDirection.Inbound, "10.1.0.1", Failure);
        Assert.Contains("10.1.0.1", _lines.Written[^1], StringComparison.Ordinal);
    }

    sealed class Lines() : LoggingAdapterBase(DefaultLogMessageFormatter.Instance)
    {
        public List<string> Written { get; } = [];

        public override bool IsDebugEnabled => true;

        public override bool IsInfoEnabled => true;

        public override bool IsWarningEnabled => true;

        public override bool IsErrorEnabled => true;

        protected override void NotifyLog(LogLevel logLevel, object message, Exception cause) => Written.Add(message.ToString()!);
    }
}
