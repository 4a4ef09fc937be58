namespace Orchestrator.TestKit;

/// <summary>Tests that measure time or memory, or want the whole machine: nothing else of their project runs beside them.</summary>
/// <remarks>Compiled into every test project: xunit looks for collections in the tests' own assembly, and runs those of another one side by
/// side.</remarks>
[CollectionDefinition(nameof(Sequential), DisableParallelization = true)]
public sealed class Sequential;
