using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Checkpoints;

public sealed class S3CheckpointStoreSpecs : CheckpointStoreSpecs
{
    const string Trial = "runs/sweeps/sweep/trials/0001/";

    readonly S3Server server = new();
    readonly ImpatientClock clock = new();

    string machine = "machine-1";

    private protected override ICheckpointStore Store(RetentionSpec retention, string attempt, params string[] earlier) =>
        StoreAt(server.Address, retention, attempt, earlier);

    protected override string PathOf(string attempt, long step) => $"s3://{S3Server.Bucket}/{Key(attempt, step)}";

    protected override IEnumerable<int> Steps() =>
        server
            .Objects.Keys.Where(key => key.StartsWith($"{Trial}attempt-2/", StringComparison.Ordinal))
            .GroupBy(key => int.Parse(key.Split('/')[^2]))
            .Select(step => step.Count() == 3 ? step.Key : throw new InvalidOperationException($"files of step {step.Key} are missing"))
            .Order();

    protected override void Damage(string attempt, long step, string file)
    {
        var key = $"{Key(attempt, step)}/{file}";
        server.Set(key, WithOneBitChanged(server.Objects[key]));
        Move();
    }

    [Fact]
    public void Another_machine_finds_the_same_bytes_and_this_one_reads_its_own_copy()
    {
        Own().Write(100, validation: 2.5);
        server.Forget();
        var here = Own().FindNewest(warnings.Add)!;
        Assert.Equal([Checkpoint.ManifestName], Fetched());

        Move();
        var there = Store(new RetentionSpec(1, 1, null), "attempt-3", "attempt-2", "attempt-1").FindNewest(warnings.Add)!;
        Assert.Equal(here.Info, there.Info);
        Assert.Equal(here.Optimizer["step"].Data.ToArray(), there.Optimizer["step"].Data.ToArray());
        Assert.Contains(Checkpoint.ModelFile, Fetched());

        server.Forget();
        Assert.Equal(here.Info, Store(new RetentionSpec(1, 1, null), "attempt-4", "attempt-3", "attempt-2").FindNewest(warnings.Add)!.Info);
        Assert.Equal([Checkpoint.ManifestName], Fetched());
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_damaged_copy_here_is_fetched_anew()
    {
        Own().Write(100);
        var copy = Path.Combine(SampleCheckpoint.FolderOf(folder.At("machine-1/attempt-2"), 100), Checkpoint.ModelFile);
        File.WriteAllBytes(copy, WithOneBitChanged(File.ReadAllBytes(copy)));
        Assert.Equal(100, Own().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Files_without_a_manifest_are_no_checkpoint()
    {
        Own().Write(100);
        Own().Write(200);
        server.Remove($"{Key("attempt-2", 200)}/{Checkpoint.ManifestName}");
        Assert.Equal(100, Own().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Empty(warnings);
    }

    [Fact]
    public void The_manifest_comes_last_and_goes_first()
    {
        var store = Own(keepLast: 1);
        foreach (var step in new[] { 100, 200, 300 })
            store.Write(step);
        Assert.Equal(Checkpoint.ManifestName, Last("PUT", 300));
        Assert.Equal(Checkpoint.ManifestName, server.Calls.First(call => call.Method == "DELETE").Key.Split('/')[^1]);

        string Last(string method, long step) =>
            server
                .Calls.Last(call => call.Method == method && call.Key.StartsWith(Key("attempt-2", step), StringComparison.Ordinal))
                .Key.Split('/')[^1];
    }

    [Fact]
    public void A_large_file_goes_and_comes_in_parts()
    {
        var large = WriteLarge(Own());
        Assert.Equal(3, server.Calls.Count(call => call.Method == "PUT" && call.Query.Contains("partNumber", StringComparison.Ordinal)));
        Assert.Equal(0, server.OpenUploads);
        Move();
        server.Forget();
        Assert.Equal(large, Own().FindNewest(warnings.Add)!.Model["weight"].Data.ToArray());
        Assert.Equal(3, server.Calls.Count(call => call.Key.EndsWith(Checkpoint.ModelFile, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("SlowDown")]
    [InlineData("Reset")]
    [InlineData("LoseAnswer")]
    [InlineData("WrongETag")]
    public void What_passes_is_borne_while_parts_are_sent(string fault)
    {
        server.Next(
            call => call.Method == "PUT" && call.Query.Contains("partNumber=2", StringComparison.Ordinal),
            Enum.Parse<S3Fault>(fault)
        );
        server.Next(call => call.Method == "POST" && call.Query.Contains("uploadId", StringComparison.Ordinal), Enum.Parse<S3Fault>(fault));
        server.Next(call => call.Key.EndsWith(Checkpoint.ManifestName, StringComparison.Ordinal), Enum.Parse<S3Fault>(fault));
        var large = WriteLarge(Own());
        Move();
        Assert.Equal(large, Own().FindNewest(warnings.Add)!.Model["weight"].Data.ToArray());
    }

    [Fact]
    public void What_passes_is_borne_while_a_checkpoint_is_fetched()
    {
        Own().Write(100);
        Move();
        server.Next(call => call.Method == "GET" && call.Key.Length == 0, S3Fault.SlowDown, S3Fault.SlowDown);
        server.Next(call => call.Key.EndsWith(Checkpoint.ManifestName, StringComparison.Ordinal), S3Fault.Reset);
        server.Next(
            call => call.Key.EndsWith(Checkpoint.ModelFile, StringComparison.Ordinal),
            S3Fault.Reset,
            S3Fault.SlowDown,
            S3Fault.Reset
        );
        Assert.Equal(100, Own().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Empty(warnings);
        // The two 503 of the list alone; the HTTP client may mend a reset by itself.
        Assert.True(clock.Waited > TimeSpan.FromSeconds(1.4));
    }

    [Theory]
    [InlineData("Flip", "does not match the manifest's SHA-256")]
    [InlineData("Truncate", "shorter than its manifest says")]
    public void Content_that_came_wrong_is_not_used(string fault, string expected)
    {
        Own().Write(100);
        Own().Write(200);
        Move();
        server.Next(
            call => call.Method == "GET" && call.Key.EndsWith(Checkpoint.ModelFile, StringComparison.Ordinal),
            Enum.Parse<S3Fault>(fault)
        );
        Assert.Equal(100, Own().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_storage_that_stays_away_is_given_up_after_two_minutes_and_the_checkpoint_is_here()
    {
        server.Next(call => call.Method == "PUT", Enumerable.Repeat(S3Fault.SlowDown, 1000));
        var failure = Assert.Throws<StorageException>(() => Own().Write(100));
        Assert.Matches(
            $"^{PathOf("attempt-2", 100)}/{Checkpoint.ModelFile}: cannot be written: 503 SlowDown; given up after 1?[0-9][0-9] s$",
            failure.Message
        );
        Assert.InRange(clock.Waited, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2));
        Assert.Equal(100, Checkpoint.Read(SampleCheckpoint.FolderOf(folder.At("machine-1/attempt-2"), 100)).Manifest.Step);
    }

    [Fact]
    public void An_upload_that_failed_leaves_no_parts_behind()
    {
        server.Next(call => call.Query.Contains("partNumber=2", StringComparison.Ordinal), Enumerable.Repeat(S3Fault.SlowDown, 1000));
        Assert.Throws<StorageException>(() => WriteLarge(Own()));
        Assert.Equal(0, server.OpenUploads);
        Assert.Empty(server.Objects);
    }

    [Fact]
    public void Wrong_credentials_are_said_at_once_and_not_repeated()
    {
        using var other = new S3Server("another secret");
        var failure = Assert.Throws<StorageException>(() => StoreAt(other.Address, new RetentionSpec(1, 1, null), "attempt-2").Write(100));
        Assert.Contains(
            "403 SignatureDoesNotMatch; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.All(
            [S3Signature.KeyId, S3Server.Secret],
            secret => Assert.DoesNotContain(secret, failure.ToString(), StringComparison.Ordinal)
        );
        Assert.Single(other.Calls);
    }

    [Fact]
    public void Missing_credentials_and_buckets_are_said()
    {
        Assert.Contains(
            "must be set in the environment",
            Assert.Throws<StorageException>(() => S3Credentials.From(name => name == S3Credentials.KeyId ? "key" : null)).Message
        );
        var failure = Assert.Throws<StorageException>(() =>
            StoreAt($"s3://other-bucket?endpoint={server.Endpoint}", new RetentionSpec(1, 1, null), "attempt-2").FindNewest(warnings.Add)
        );
        Assert.Contains(
            "s3://other-bucket/sweeps/sweep/trials/0001/attempt-: cannot be listed: 404 NoSuchBucket",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>From here on another machine asks, which has nothing.</summary>
    void Move() => machine = "machine-2";

    static string Key(string attempt, long step) => $"{Trial}{attempt}/checkpoints/{step:D10}";

    IEnumerable<string> Fetched() =>
        server.Calls.Where(call => call.Method == "GET" && call.Key.Length > 0).Select(call => call.Key.Split('/')[^1]);

    /// <returns>Weights of 20 MB.</returns>
    static byte[] WriteLarge(ICheckpointStore store)
    {
        var weights = new byte[20_000_000];
        new Random(1).NextBytes(weights);
        store.Write(SampleCheckpoint.Manifest(100), [new StoredTensor("weight", ScalarType.Byte, [weights.Length], weights)], []);
        return weights;
    }

    S3CheckpointStore StoreAt(string address, RetentionSpec retention, string attempt, params string[] earlier)
    {
        var own = folder.At($"{machine}/{attempt}");
        return new S3CheckpointStore(
            new S3Trial(new S3Bucket(StorageAddress.Parse(address), clock), "sweep", "0001", own),
            own,
            [.. earlier.Select(e => folder.At($"{machine}/{e}"))],
            retention
        );
    }

    public override void Dispose()
    {
        server.Dispose();
        base.Dispose();
    }
}
