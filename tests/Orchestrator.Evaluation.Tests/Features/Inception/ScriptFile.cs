using System.IO.Compression;
using System.Text;

namespace Orchestrator.Evaluation.Tests.Features.Inception;

static class ScriptFile
{
    /// <summary>An expression of 2048 values an image, which stands for the network.</summary>
    public const string Stub = "torch.slice(torch.repeat(torch.flatten(torch.mean(torch.to(x, 6), [1]), 1), [1, 128]), 1, 0, 2048)";

    /// <summary>A TorchScript archive of one module without parameters, whose forward(x, return_features) is an expression.</summary>
    public static void Write(string path, string expression)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(
            "code/__torch__.py",
            $"""
            class Stub(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Stub,
                x: Tensor,
                return_features: bool) -> Tensor:
                return {expression}

            """
        );
        Add("data.pkl", "\u0080\u0002c__torch__\nStub\n)\u0081}X\u0008\0\0\0training\u0089sb.");
        Add("constants.pkl", "\u0080\u0002).");
        Add("version", "3\n");

        void Add(string name, string content)
        {
            using var entry = archive.CreateEntry($"stub/{name}", CompressionLevel.NoCompression).Open();
            entry.Write(Encoding.Latin1.GetBytes(content));
        }
    }
}
