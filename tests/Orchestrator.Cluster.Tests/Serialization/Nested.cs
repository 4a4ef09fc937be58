using System.Collections.Immutable;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Tests.Serialization;

/// <summary>Messages with a search space of a given depth.</summary>
static class Nested
{
    public static SweepProtocol.Submit Submit(int depth) => Submit(Parameters(depth));

    public static SweepProtocol.Submit Submit(ImmutableArray<Parameter> inner) =>
        new(
            new SweepSpec(
                "s",
                "digits",
                0,
                ImmutableSortedDictionary<string, string>.Empty,
                new SearchSpace(inner),
                new SearchSpec("grid"),
                new EvaluationSpec("auto", 1, new KidSpec(1, 1), new InterpolationSpec(1, 1, ["auto"])),
                new ResourceSpec("cpu", 1, 1),
                new RetrySpec(0, 0, 0),
                new RetentionSpec(1, 1, null)
            ),
            ""
        );

    static ImmutableArray<Parameter> Parameters(int depth) =>
        depth == 0 ? [] : [new Parameter("base", [new Choice(ImmutableSortedDictionary<string, string>.Empty, Parameters(depth - 1))])];
}
