namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>The smallest sweep there is: one trial of one epoch.</summary>
static class TinySweep
{
    public const string Yaml = """
        name: small
        dataset: digits
        trial:
          flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
          training: { epochs: 1, batch_size: 256, learning_rate: 1.0e-3 }
        evaluation: { samples: 50, kid: { subsets: 2, subset_size: 20 }, interpolation: { pairs: 4, points: 3 } }
        """;

    public static string WithEpochs(int epochs) => Yaml.Replace("epochs: 1", $"epochs: {epochs}", StringComparison.Ordinal);

    /// <summary>A shell that runs the script in the folder, with <c>$ORC</c> the program and <c>$DLL</c> its assembly.</summary>
    public static Run Shell(string folder, string script) =>
        Run.Start("env", folder, "--default-signal=INT", $"ORC={Checkout.Program}", $"DLL={Checkout.Program}.dll", "bash", "-c", script);
}
