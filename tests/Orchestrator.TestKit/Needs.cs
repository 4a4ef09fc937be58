namespace Orchestrator.TestKit;

/// <summary>What a test needs of its machine: without it the test is skipped, with the reason, and fails where <c>CI=true</c>.</summary>
public static class Needs
{
    public static void Program(string name, string package) =>
        Require(
            Paths().Any(folder => File.Exists(Path.Combine(folder, name))),
            $"{name} is not installed; ./tests/run.sh installs it (package {package})"
        );

    public static void Require(bool there, string reason)
    {
        if (there)
            return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }

    static string[] Paths() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
}
