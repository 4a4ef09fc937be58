using Orchestrator.Flows.Tests;
using TorchSharp;

// libtorch's threads and not xunit's would fight for the cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(OneThread))]

namespace Orchestrator.Flows.Tests;

/// <summary>Loads libtorch before the first test, and keeps it to one thread: results then do not depend on the machine.</summary>
public sealed class OneThread
{
    public OneThread() => torch.set_num_threads(1);
}
