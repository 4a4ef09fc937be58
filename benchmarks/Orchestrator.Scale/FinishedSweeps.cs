using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Microsoft.Data.Sqlite;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Scale;

/// <summary>Journals of sweeps that ran, made by the domain's own decisions and without any clock: minutes become seconds.</summary>
sealed class FinishedSweeps(DataFolder folder) : IDisposable
{
    const int Epochs = 3;
    const string Node = "127.0.0.1:41234#1234567890";

    readonly SqliteConnection connection = new($"Data Source={folder.Journal}");
    readonly DateTimeOffset start = TimeProvider.System.GetUtcNow();
    long coordinatorEvents;

    /// <summary>Makes the tables as a coordinator does.</summary>
    public static async Task<FinishedSweeps> BeginAsync(DataFolder folder)
    {
        await using (var node = await CoordinatorNode.StartAsync(folder, 0, 0, new TimedTrials(TimeSpan.Zero)))
            await node.Coordinator.Ask<NodeProtocol.NodesDescription>(new NodeProtocol.DescribeNodes());
        var sweeps = new FinishedSweeps(folder);
        sweeps.connection.Open();
        return sweeps;
    }

    /// <summary>A sweep whose every trial trained three epochs, each with a checkpoint, and was evaluated.</summary>
    public void Add(string name, int trials)
    {
        using var transaction = connection.BeginTransaction();
        Insert("coordinator", ++coordinatorEvents, new SweepAccepted(name));
        var number = 0L;
        var fact = new SweepSubmitted(Spec(name, 1), "file") { At = start };
        SweepState? state = null;
        Keep(fact);
        Keep(new DatasetRecorded(new string('0', 64)) { At = start });
        for (var trial = 1; trial <= trials; trial++)
            Keep(new TrialAdded(trial, Parameters(trial)) { At = start });
        for (var trial = 1; trial <= trials; trial++)
            Train();
        transaction.Commit();

        void Train()
        {
            Do(new GrantLease(Node, 1, WorkKind.Training));
            var (token, sequence) = (state!.LastToken, 0);
            var lease = state.Leases[token].Lease;
            for (var epoch = 1; epoch <= Epochs; epoch++)
            {
                Do(new ReportEpoch(token, ++sequence, TimedTrials.Report(TrialId.Of(lease.Trial), epoch, 12.5)));
                var directory = folder.Attempt(name, lease.Trial, lease.Attempt);
                Do(new ReportCheckpoint(token, ++sequence, TimedTrials.Checkpoint(directory, epoch, epoch == Epochs)));
            }

            Do(new EndLease(token, new AttemptEnd(AttemptCause.Done)));
            Do(new GrantLease(Node, 2, WorkKind.Evaluation));
            Do(new EndLease(state.LastToken, new AttemptEnd(AttemptCause.Done), TimedTrials.Scores));
        }

        void Do(SweepCommand command)
        {
            foreach (var happened in SweepDecider.Decide(state, command, start + TimeSpan.FromSeconds(number)).Events)
                Keep(happened);
        }

        void Keep(SweepEvent happened)
        {
            state = SweepState.Apply(state, happened);
            Insert($"sweep-{name}", ++number, happened);
        }
    }

    public static SweepSpec Spec(string name, int replicates, int epochs = Epochs) =>
        SweepFile.Parse(File(name, replicates, epochs), "scale.yaml");

    public static string File(string name, int replicates, int epochs = Epochs) =>
        $$"""
            name: {{name}}
            dataset: digits
            trial: { training: { epochs: {{epochs}} } }
            parameters: { replicate: [{{string.Join(", ", Enumerable.Range(1, replicates))}}] }
            """;

    public void Dispose() => connection.Dispose();

    // Four parameters, one of them of a continuous range.
    static ImmutableSortedDictionary<string, string> Parameters(int trial) =>
        new Dictionary<string, string>
        {
            ["base.distribution"] = trial % 2 == 0 ? "gaussian" : "von-mises-fisher",
            ["flow.steps"] = (4 + trial % 4).ToString(CultureInfo.InvariantCulture),
            ["training.learning_rate"] = (1e-4 + trial * 1e-8).ToString(CultureInfo.InvariantCulture),
            ["replicate"] = trial.ToString(CultureInfo.InvariantCulture),
        }.ToImmutableSortedDictionary();

    void Insert(string id, long number, object happened)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) "
            + "VALUES (0, 0, @id, @number, @message, @manifest, @identifier, 'w')";
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@number", number);
        command.Parameters.AddWithValue(
            "@message",
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), OrchestratorJson.Compact)
        );
        command.Parameters.AddWithValue("@manifest", Manifests.Events.Of(happened));
        command.Parameters.AddWithValue("@identifier", 4210);
        command.ExecuteNonQuery();
    }
}
