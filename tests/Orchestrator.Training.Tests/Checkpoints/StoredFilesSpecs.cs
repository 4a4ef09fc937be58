using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Training.Tests.Checkpoints;

public sealed class StoredFilesSpecs : IDisposable
{
    readonly S3Server server = new();
    readonly ImpatientClock clock = new();

    [Fact]
    public async Task What_is_below_goes_and_of_each_checkpoint_the_manifest_first()
    {
        const string sweep = "runs/sweeps/digits/trials/0001/";
        string[] gone =
        [
            $"{sweep}attempt-1/checkpoints/0000000010/manifest.json",
            $"{sweep}attempt-1/checkpoints/0000000010/model.safetensors",
        ];
        string[] stay =
        [
            $"{sweep}attempt-1/checkpoints/0000000020/manifest.json",
            $"{sweep}evaluation-1/samples.png",
            "runs/sweeps/digits-2/trials/0001/attempt-1/checkpoints/0000000010/manifest.json",
            "other/sweeps/digits/x",
        ];
        foreach (var key in gone.Concat(stay))
            server.Set(key, [1, 2, 3]);
        await DeleteAsync(
            "sweeps/digits/trials/0001/attempt-",
            key => key.StartsWith("1/checkpoints/0000000010/", StringComparison.Ordinal)
        );
        Assert.Equal(stay.Order(), server.Objects.Keys.Order());
        Assert.Equal(gone, server.Calls.Where(call => call.Method == "DELETE").Select(call => call.Key));

        await DeleteAsync("sweeps/digits/", _ => true);
        Assert.Equal(stay[2..].Order(), server.Objects.Keys.Order());
        // What is gone is gone.
        await DeleteAsync("sweeps/digits/", _ => true);
    }

    public void Dispose() => server.Dispose();

    Task DeleteAsync(string below, Func<string, bool> goes) => StoredFiles.DeleteAsync(server.Address, below, goes, clock);
}
