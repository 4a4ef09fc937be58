namespace Orchestrator.Deploy.Tests;

/// <summary>What was measured: <c>tests/run.sh</c> prints it below the tests, and <c>docs/operations.md</c> quotes it.</summary>
static class Figures
{
    static readonly string File = Checkout.File("TestResults/figures.txt");

    public static void Say(string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.AppendAllText(File, line + "\n");
    }
}
