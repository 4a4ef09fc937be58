namespace Orchestrator.Training.Checkpoints;

/// <summary>Compares the sizes in a manifest's spec with the tensors beside it before a flow is built by them: a spec of a few bytes can
/// ask for any amount of memory.</summary>
static class ModelCheck
{
    const string Hidden = ".network.hidden.weight";

    /// <exception cref="CheckpointException">The spec is of a larger flow than the one in the file.</exception>
    public static void Check(Checkpoint checkpoint)
    {
        var flow = checkpoint.Manifest.Spec.Settings.Flow;
        var networks = checkpoint.Model.Values.Where(tensor => tensor.Name.EndsWith(Hidden, StringComparison.Ordinal)).ToArray();
        if ((long)flow.Levels * flow.Steps > networks.Length)
            throw new CheckpointException(
                $"{checkpoint.Folder}: the spec has {flow.Levels} levels of {flow.Steps} steps, and {Checkpoint.ModelFile} "
                    + $"{networks.Length} couplings"
            );
        if (Array.Find(networks, tensor => !tensor.Shape.SequenceEqual([flow.Hidden, flow.Hidden])) is { } other)
            throw new CheckpointException(
                $"{checkpoint.Folder}: the spec has {flow.Hidden} hidden channels, and {other.Name} [{string.Join(", ", other.Shape)}]"
            );
    }
}
