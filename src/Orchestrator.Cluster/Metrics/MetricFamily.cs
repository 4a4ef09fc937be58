using System.Collections.Immutable;

namespace Orchestrator.Cluster.Metrics;

/// <summary>One metric as <c>monitoring/METRICS.md</c> lists it.</summary>
/// <param name="Type"><c>gauge</c>, <c>counter</c> or <c>histogram</c>.</param>
/// <param name="Unit">What a sample counts or measures: <c>seconds</c>, <c>bytes</c>, <c>trials</c>, ….</param>
public sealed record MetricFamily(string Name, string Type, string Unit, ImmutableArray<string> Labels, string Meaning);
