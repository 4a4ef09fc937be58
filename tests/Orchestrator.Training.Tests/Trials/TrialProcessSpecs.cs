using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;

namespace Orchestrator.Training.Tests.Trials;

public sealed class TrialProcessSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Fact]
    public void A_trial_speaks_json_lines_and_ends_with_0()
    {
        var (code, messages) = Run(Attempt(TinyTrial.With(("training.epochs", "1"), ("training.batch_size", "400"))));
        Assert.Equal(TrialExitCode.Done, code);
        Assert.Equal(1, Assert.IsType<ProcessMessage.Started>(messages[0]).Threads);
        Assert.Equal(3, Assert.Single(messages.OfType<ProcessMessage.ReportEpoch>()).Report.Step);
        Assert.True(Assert.IsType<ProcessMessage.ReportCheckpoint>(messages[^1]).Checkpoint.Final);
    }

    [Theory]
    [InlineData("no-such-set", "unknown data set no-such-set")]
    [InlineData("mnist", "is not on this machine")]
    public void A_data_set_that_is_not_there_is_the_fault_of_no_trial(string dataset, string expected)
    {
        var (code, messages) = Run(Attempt(TinyTrial.Spec with { Dataset = dataset }));
        Assert.Equal(TrialExitCode.Data, code);
        var failed = Assert.IsType<ProcessMessage.Failed>(Assert.Single(messages));
        Assert.Equal(AttemptCause.Data, failed.Cause);
        Assert.Contains(expected, failed.Message);
    }

    [Fact]
    public void A_process_that_is_told_no_data_set_says_what_it_loaded_and_one_that_is_told_refuses_any_other()
    {
        var spec = TinyTrial.With(("training.epochs", "1"), ("training.batch_size", "400"));
        var loaded = Assert.Single(Run(Attempt(spec)).Messages.OfType<ProcessMessage.ReportDataset>()).Sha256;
        Assert.DoesNotContain(Run(Attempt(spec, dataset: loaded)).Messages, message => message is ProcessMessage.ReportDataset);

        var (code, messages) = Run(Attempt(spec, dataset: "0a1b"));
        Assert.Equal((TrialExitCode.Data, 1), (code, messages.Length));
        var failed = Assert.IsType<ProcessMessage.Failed>(messages[0]);
        Assert.Contains($"SHA-256 {loaded}, and the sweep's is 0a1b", failed.Message);
        Assert.Contains("built in", failed.Message);
    }

    [Fact]
    public void No_threads_are_a_bad_spec()
    {
        var (code, messages) = Run(Attempt(TinyTrial.Spec with { Threads = 0 }));
        Assert.Equal(TrialExitCode.BadSpec, code);
        Assert.Contains(
            "resources.threads: expected at least 1, found 0",
            Assert.IsType<ProcessMessage.Failed>(Assert.Single(messages)).Message
        );
    }

    [Fact]
    public void More_threads_than_cores_are_a_warning_before_anything_else()
    {
        var threads = Environment.ProcessorCount + 1;
        var (_, messages) = Run(
            Attempt(TinyTrial.With(("training.epochs", "1"), ("training.batch_size", "400")) with { Threads = threads })
        );
        var warning = Assert.IsType<ProcessMessage.Warning>(messages[0]);
        Assert.StartsWith(
            $"resources.threads: expected at most {threads - 1}, the cores here, found {threads}",
            warning.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Asked_to_leave_it_says_so_last()
    {
        var messages = new List<ProcessMessage>();
        Assert.Equal(
            AttemptCause.Interrupted,
            TrialProcess.Run(Attempt(TinyTrial.Spec), messages.Add, TimeProvider.System, new CancellationToken(canceled: true))
        );
        Assert.Equal(AttemptCause.Interrupted, Assert.IsType<ProcessMessage.Failed>(messages[^1]).Cause);
    }

    [Fact]
    public void Work_that_is_cancelled_says_that_it_was_asked_to_leave()
    {
        var messages = new List<ProcessMessage>();
        Assert.Equal(
            AttemptCause.Interrupted,
            ChildProcess.Guard(messages.Add, new CancellationToken(canceled: true), (_, stop) => throw new OperationCanceledException(stop))
        );
        Assert.Equal(AttemptCause.Interrupted, Assert.IsType<ProcessMessage.Failed>(Assert.Single(messages)).Cause);
    }

    [Fact]
    public void A_divergence_is_told_with_its_layer_and_step() =>
        Assert.Equal(
            new ProcessMessage.Failed(AttemptCause.Divergence, "not finite", "level0.step1.coupling", 12),
            TrialFailure.MessageOf(new TrialFailure(AttemptCause.Divergence, "not finite", "level0.step1.coupling", 12))
        );

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"format": 1, "spec": {"threads": "many"}}""")]
    [InlineData("not json")]
    public void A_file_that_is_no_attempt_is_a_bad_spec(string content)
    {
        File.WriteAllText(folder.At("attempt.json"), content);
        var (code, messages) = Run(folder.At("attempt.json"));
        Assert.Equal(TrialExitCode.BadSpec, code);
        Assert.Contains(folder.At("attempt.json"), Assert.IsType<ProcessMessage.Failed>(Assert.Single(messages)).Message);
    }

    [Fact]
    public void A_file_that_is_missing_is_a_bad_spec() => Assert.Equal(TrialExitCode.BadSpec, Run(folder.At("nothing.json")).Code);

    [Fact]
    public void An_unwritable_folder_is_a_crash_that_names_it()
    {
        File.WriteAllText(folder.At("attempt-1"), "a file where the attempt's folder should be");
        var (code, messages) = Run(Attempt(TinyTrial.Spec));
        Assert.Equal(TrialExitCode.Crash, code);
        Assert.Contains(folder.At("attempt-1"), Assert.IsType<ProcessMessage.Failed>(messages[^1]).Message);
    }

    [Fact]
    public void An_address_that_is_none_is_a_bad_spec()
    {
        var (code, messages) = Run(Attempt(TinyTrial.Spec, storage: "ftp://host"));
        Assert.Equal(TrialExitCode.BadSpec, code);
        Assert.Contains("storage: expected an address", Assert.IsType<ProcessMessage.Failed>(Assert.Single(messages)).Message);
    }

    [Fact]
    public void A_storage_that_refuses_is_named()
    {
        using var server = new S3Server("another secret");
        var (code, messages) = Run(Attempt(TinyTrial.Spec, server.Address));
        Assert.Equal(TrialExitCode.Storage, code);
        Assert.Contains("cannot be listed: 403", Assert.IsType<ProcessMessage.Failed>(Assert.Single(messages)).Message);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", AttemptCause.OutOfMemory)]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes",
        AttemptCause.OutOfMemory
    )]
    [InlineData("mat1 and mat2 shapes cannot be multiplied", AttemptCause.Crash)]
    public void Running_out_of_memory_is_told_by_its_message(string message, AttemptCause cause) =>
        Assert.Equal(cause, TrialFailure.MessageOf(new InvalidOperationException(message)).Cause);

    [Fact]
    public void The_lifelines_end_ends_the_process_and_what_is_written_to_it_does_not()
    {
        var parent = new ScriptedStream([3, 5, 0]);
        var readsAtEnd = 0;
        Lifeline.Watch(parent, () => readsAtEnd = parent.Reads).Thread.Join();
        Assert.Equal(3, readsAtEnd);
    }

    [Fact]
    public void A_broken_lifeline_is_an_end_too()
    {
        var ended = false;
        Lifeline.Watch(new ScriptedStream([3]), () => ended = true).Thread.Join();
        Assert.True(ended);
    }

    string Attempt(TrialSpec spec, string? storage = null, string? dataset = null)
    {
        var attempt = new TrainingTask(
            "sweep",
            "t0001",
            1,
            1,
            0,
            spec,
            new RetentionSpec(1, 1, null),
            folder.At("attempt-1"),
            [],
            folder.At("datasets")
        )
        {
            Storage = storage,
            DatasetSha256 = dataset,
        };
        File.WriteAllText(folder.At("attempt.json"), JsonSerializer.Serialize(attempt, OrchestratorJson.Indented));
        return folder.At("attempt.json");
    }

    static (int Code, ProcessMessage[] Messages) Run(string path)
    {
        var output = new StringWriter();
        var code = TrialProcess.Run(path, output, lifeline: null);
        var messages = output
            .ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<ProcessMessage>(l, OrchestratorJson.Compact)!)
            .ToArray();
        // Before anything can go wrong it says that it is alive.
        Assert.IsType<ProcessMessage.Alive>(messages[0]);
        return (code, messages[1..]);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Gives so many bytes at each read, then breaks.</summary>
    sealed class ScriptedStream(int[] counts) : MemoryStream
    {
        public int Reads { get; private set; }

        public override int Read(Span<byte> buffer) => Reads < counts.Length ? counts[Reads++] : throw new IOException("broken pipe");
    }
}
