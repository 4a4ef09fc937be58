using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Build;

public sealed class TorchPackageSpecs
{
    static readonly string Native = Path.Combine(Path.GetDirectoryName(Checkout.Program)!, "runtimes", "linux-x64", "native");

    [Theory]
    [InlineData("cpu", "libtorch-cpu-linux-x64", "TorchSharp-cuda-linux")]
    [InlineData("cuda", "TorchSharp-cuda-linux", "libtorch-cpu-linux-x64")]
    public async Task The_build_switch_takes_the_native_packages_of_its_backend(string backend, string there, string notThere)
    {
        await using var run = Run.Start(
            "dotnet",
            Checkout.Repository,
            "msbuild",
            "src/Orchestrator",
            $"-p:TorchBackend={backend}",
            "-getItem:PackageReference"
        );
        await run.ExitsWith(0);
        var packages = JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("Items")
            .GetProperty("PackageReference")
            .EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString())
            .ToList();
        Assert.Contains(there, packages);
        Assert.DoesNotContain(notThere, packages);
        Assert.DoesNotContain("TorchSharp-cpu", packages);
    }

    [Fact]
    public void The_loadable_copy_differs_from_the_package_in_one_flag_and_the_package_is_untouched()
    {
        var packaged = File.ReadAllBytes(Packaged("torchsharp", "libLibTorchSharp.so"));
        var loadable = File.ReadAllBytes(Path.Combine(Native, "libLibTorchSharp.so"));
        Assert.Equal(packaged.Length, loadable.Length);
        var different = Enumerable.Range(0, packaged.Length).Where(index => packaged[index] != loadable[index]).ToList();
        var flag = Assert.Single(different);
        Assert.Equal((0, 2), (packaged[flag], loadable[flag]));
    }

    [Fact]
    public async Task Libtorch_is_linked_and_not_copied()
    {
        var copies = await Inode(Path.Combine(Native, "libtorch_cpu.so"));
        Assert.Equal(await Inode(Packaged("libtorch-cpu-linux-x64", "libtorch_cpu.so")), copies);
    }

    static async Task<string> Inode(string file)
    {
        await using var run = Run.Start("stat", Checkout.Repository, "-c", "%d:%i", file);
        await run.ExitsWith(0);
        return run.Output.Trim();
    }

    static string Packaged(string package, string file)
    {
        var cache =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.EnumerateFiles(Path.Combine(cache, package), file, SearchOption.AllDirectories).Single();
    }
}
