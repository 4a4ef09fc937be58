namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>Tests that measure time, or want the whole machine: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
