namespace Orchestrator.Monitoring.Tests;

/// <summary>Files of this repository that are made from what the tests know: a test asserts that they are up to date, and with
/// <c>UPDATE_MONITORING=1</c> writes them.</summary>
static class Written
{
    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("UPDATE_MONITORING") == "1";

    public static string At(string path) => Path.Combine(Checkout.Repository, path);

    public static void IsUpToDate(string path, string content)
    {
        if (IsUpdating)
            File.WriteAllText(At(path), content);
        Assert.True(File.Exists(At(path)), $"{path} is not there; UPDATE_MONITORING=1 writes it");
        Assert.Equal(content, File.ReadAllText(At(path)));
    }
}
