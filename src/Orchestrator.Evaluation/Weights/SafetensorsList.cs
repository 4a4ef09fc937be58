using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>Lists the tensors of a safetensors file.</summary>
static class SafetensorsList
{
    /// <exception cref="CheckpointException">Not a whole safetensors file.</exception>
    public static ListedTensors Of(FileStream file)
    {
        var header = Safetensors.ReadHeader(file, "the file");
        return new ListedTensors(
            header.ToDictionary(entry => entry.Name, entry => new ListedTensor(entry.Shape, entry.Length)),
            names =>
            {
                using var scope = NewDisposeScope();
                var wanted = names.ToHashSet();
                return header
                    .Where(entry => wanted.Contains(entry.Name))
                    .ToDictionary(
                        entry => entry.Name,
                        entry =>
                        {
                            var values = empty(entry.Shape.AsSpan(), entry.Type);
                            file.Position = entry.Begin;
                            file.ReadExactly(values.bytes);
                            return values.MoveToOuterDisposeScope();
                        }
                    );
            }
        );
    }
}
