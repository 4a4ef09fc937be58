using System.Runtime.InteropServices;
using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Build;

public sealed class PublishSpecs
{
    [Fact]
    public async Task What_is_published_has_each_file_once_and_the_program_compiled_ahead()
    {
        await using var run = Run.Start(
            "dotnet",
            Checkout.Repository,
            "msbuild",
            "src/Orchestrator",
            "-p:Configuration=Release",
            "-p:BuildProjectReferences=false",
            "-target:ComputeResolvedFilesToPublishList",
            "-getItem:ResolvedFileToPublish"
        );
        await run.ExitsWith(0, TimeSpan.FromMinutes(3));
        var files = JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("Items")
            .GetProperty("ResolvedFileToPublish")
            .EnumerateArray()
            .ToLookup(file => file.GetProperty("RelativePath").GetString(), file => file.GetProperty("Identity").GetString());
        Assert.Empty(files.Where(file => file.Count() > 1).Select(file => file.Key));
        if (RuntimeInformation.OSArchitecture == Architecture.X64)
            Assert.All(
                ["orchestrator.dll", "Akka.dll"],
                file => Assert.Contains("/ready/", files[file].Single(), StringComparison.Ordinal)
            );
    }
}
