using System.Collections.Immutable;

namespace Orchestrator.Dashboards;

/// <summary>Marks moments in every panel of every dashboard.</summary>
sealed record Annotation(string Name, string Expression, string Title, string Colour)
{
    public static ImmutableArray<Annotation> All { get; } =
    [
        new("Failovers", "sum(increase(orchestrator_failovers_total[1m])) > 0", "Another coordinator took over", "red"),
        new(
            "Deploys",
            "sum by (version) (orchestrator_build_info) unless sum by (version) (orchestrator_build_info offset 1m)",
            "Version {{version}}",
            "blue"
        ),
    ];
}
