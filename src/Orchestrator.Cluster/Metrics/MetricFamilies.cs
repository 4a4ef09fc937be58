using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Makes the metrics of one registry, and remembers each for the list of them.</summary>
sealed class MetricFamilies(CollectorRegistry registry)
{
    readonly MetricFactory _factory = Prometheus.Metrics.WithCustomRegistry(registry);
    readonly List<MetricFamily> _all = [];

    public IReadOnlyList<MetricFamily> All => _all;

    public Gauge Gauge(string name, string unit, string meaning, params string[] labels) =>
        _factory.CreateGauge(Add(name, "gauge", unit, meaning, labels), meaning, labels);

    /// <summary>A gauge without labels that shows nothing until it is set.</summary>
    public Gauge GaugeOnceKnown(string name, string unit, string meaning) =>
        _factory.CreateGauge(Add(name, "gauge", unit, meaning, []), meaning, new GaugeConfiguration { SuppressInitialValue = true });

    public Counter Counter(string name, string unit, string meaning, params string[] labels) =>
        _factory.CreateCounter(Add(name, "counter", unit, meaning, labels), meaning, labels);

    public Histogram Seconds(string name, double[] buckets, string meaning, params string[] labels) =>
        _factory.CreateHistogram(
            Add(name, "histogram", "seconds", meaning, labels),
            meaning,
            labels,
            new HistogramConfiguration { Buckets = buckets }
        );

    string Add(string name, string type, string unit, string meaning, string[] labels)
    {
        _all.Add(new MetricFamily(name, type, unit, [.. labels], meaning));
        return name;
    }
}
