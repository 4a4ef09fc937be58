namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>A folder of small scripts that stand in for programs which this machine does not have.</summary>
sealed class FakePrograms : IDisposable
{
    readonly TemporaryFolder _directory = new();

    public string Root => _directory.Path;

    /// <summary>For <c>env</c>: these programs come before all others.</summary>
    public string Path => $"PATH={Root}:{Environment.GetEnvironmentVariable("PATH")}";

    public void Add(string name, string script)
    {
        var file = System.IO.Path.Combine(Root, name);
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _directory.Dispose();
}
