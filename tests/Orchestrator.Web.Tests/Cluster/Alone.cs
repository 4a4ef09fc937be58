namespace Orchestrator.Web.Tests.Cluster;

/// <summary>Tests that measure time, or count what the whole process has open: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
