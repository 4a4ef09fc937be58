using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Akka.Actor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Web.Tests.Running;

/// <summary>A sweep on a <see cref="WebNode"/>, and what its slots say. When disposed, nothing of it waits for a slot any more.</summary>
sealed class TestSweep(WebNode node, string name, string file) : IAsyncDisposable
{
    static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    readonly Dictionary<long, long> _sequences = [];

    public string Name => name;

    public string File => file;

    public string Path => $"/api/sweeps/{name}";

    public SweepState State => node.State(name);

    public Task<JsonElement> GetAsync(string path = "") => node.GetAsync(Path + path);

    /// <summary>The status code and what the answer says.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string verb, string? body = null)
    {
        using var answer = await node.Http.PostAsync(
            $"{Path}/{verb}",
            body is null ? null : new StringContent(body),
            TestContext.Current.CancellationToken
        );
        return (
            answer.StatusCode,
            JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement
        );
    }

    public async Task<Lease> GrantAsync(WorkKind kind = WorkKind.Training)
    {
        var slot = node.NextSlot;
        while (true)
        {
            try
            {
                var granted = await node.Coordinator.Ask<WorkGranted>(
                    new RequestWork(node.Node, slot, kind, new(null, 8), new(null, 8)),
                    AskAgain
                );
                Assert.Equal(name, granted.Sweep);
                _sequences[granted.Lease.Token] = 0;
                return granted.Lease;
            }
            catch (AskTimeoutException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    public Task EpochAsync(Lease lease, int epoch, double validation) =>
        ReportAsync(
            lease,
            sequence => new WorkProtocol.ReportEpoch(
                name,
                lease.Token,
                sequence,
                new EpochReport(epoch, epoch * 10, validation + 0.25, validation, 1e-3, 0.5, 1200, 3)
            )
        );

    public Task CheckpointAsync(Lease lease, int epoch, bool final, string? path = null) =>
        ReportAsync(
            lease,
            sequence => new WorkProtocol.ReportCheckpoint(
                name,
                lease.Token,
                sequence,
                new CheckpointInfo(path ?? $"/elsewhere/{epoch}", "0a1b", epoch, epoch * 10, final, 1)
            )
        );

    public Task EndAsync(Lease lease, AttemptCause cause, string? message = null, EvaluationScores? scores = null) =>
        ReportAsync(lease, sequence => new WorkProtocol.EndLease(name, lease.Token, sequence, new AttemptEnd(cause, message), scores));

    public async Task TrainAsync(double validation, string? checkpoint = null)
    {
        var lease = await GrantAsync();
        foreach (var epoch in new[] { 1, 2 })
            await EpochAsync(lease, epoch, validation + 2 - epoch);
        await CheckpointAsync(lease, 2, final: true, checkpoint);
        await EndAsync(lease, AttemptCause.Done);
    }

    public async Task EvaluateAsync(double test, params string[] sheets) =>
        await EndAsync(await GrantAsync(WorkKind.Evaluation), AttemptCause.Done, scores: Scores(test, sheets));

    public async ValueTask DisposeAsync()
    {
        await PostAsync("stop");
        foreach (var held in State.Leases.Values)
            await EndAsync(held.Lease, AttemptCause.Interrupted);
        while (!State.PendingEvaluations.IsEmpty)
            await EndAsync(await GrantAsync(WorkKind.Evaluation), AttemptCause.BadSpec);
    }

    static EvaluationScores Scores(double test, string[] sheets) =>
        new(
            new BitsPerDimScore(test, 0.01, 4, 100),
            new FeatureInfo("f", "00", "l", 8),
            new SampleScores(100, 100, 12.5, 0.75, 0.25, double.NaN),
            ImmutableSortedDictionary<string, InterpolationScores>.Empty.Add(
                "linear",
                new InterpolationScores(50, 20.5, 1.5, 0.5, 0.02, -4)
            ),
            1e-6,
            new BaselineScores(2.95, 2.42),
            [.. sheets],
            1
        );

    async Task ReportAsync(Lease lease, Func<long, WorkReport> report)
    {
        var next = _sequences.GetValueOrDefault(lease.Token) + 1;
        _sequences[lease.Token] = next;
        var answer = await node.Coordinator.Ask<object>(report(next), TimeSpan.FromSeconds(20));
        Assert.Equal(next, Assert.IsType<ReportAccepted>(answer).Sequence);
    }
}
