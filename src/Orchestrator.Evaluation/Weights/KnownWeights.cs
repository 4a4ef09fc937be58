namespace Orchestrator.Evaluation.Weights;

/// <summary>The published files of the FID Inception network, by their SHA-256.</summary>
public static class KnownWeights
{
    static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"] =
            "pt_inception-2015-12-05-6726825d.pth, the state dict of pytorch-fid and torch-fidelity",
        ["f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4"] = "inception-2015-12-05.pt, the TorchScript of stylegan2-ada",
    };

    public static bool IsPublished(string sha256) => Files.ContainsKey(sha256);

    /// <returns>One line for people: which published file this is, or its hash where it is none of them.</returns>
    public static string Describe(WeightsFile file) =>
        Files.TryGetValue(file.Sha256, out var name)
            ? $"weights: {name} (SHA-256 verified)"
            : $"weights: {file.Path} is none of the published files; SHA-256 {file.Sha256}";
}
