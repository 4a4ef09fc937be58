using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that can be set, and swept, in a trial.</summary>
public static class TrialSchema
{
    public const string Distribution = "base.distribution";

    public static LeafTable Table { get; } = new(
    [
        new("flow.architecture", new OneOf(KnownNames.Architectures) { Later = ["realnvp"] }, "glow", "Kind of flow."),
        new("flow.levels", new WholeNumber(1), "2", "Scales; each halves height and width and, but for the last, factors out half of the channels."),
        new("flow.steps", new WholeNumber(1), "8", "Flow steps of each level."),
        new("flow.hidden", new WholeNumber(1), "64", "Channels of the hidden layers of each coupling's network."),
        new(Distribution, new OneOf(KnownNames.BaseDistributions), KnownNames.Gaussian, "Base distribution of the latents."),
        new("base.alpha", new Number(Above: 0), null, "Symmetric concentration of a Dirichlet base.")
        {
            When = new(Distribution, KnownNames.Dirichlet),
        },
        new("base.kappa", new KappaValue(), null, "Concentration of a von Mises-Fisher base; 1.5d means 1.5 times the latent dimension.")
        {
            When = new(Distribution, KnownNames.VonMisesFisher),
        },
        new("training.epochs", new WholeNumber(1), "10", "Passes over the training split."),
        new("training.batch_size", new WholeNumber(1), "128", "Images per optimiser step."),
        new("training.learning_rate", new Number(Above: 0), "0.001", "Of Adam, after the warm-up."),
        new("training.warmup_epochs", new Number(AtLeast: 0), "1", "Epochs over which the learning rate rises from 0; may be a fraction."),
        new("training.gradient_clip", new Number(Above: 0), "1", "Largest L2 norm of the gradient of the mean loss in nats per dimension."),
        new("training.ema", new Number(AtLeast: 0, Below: 1), "0.999", "Decay per step of the moving average of the weights; 0 turns it off."),
        new("training.precision", new OneOf(KnownNames.Precisions), "float32", "Number format of the training."),
    ]);

    /// <summary>Which repetition of a trial: changes nothing but its seed.</summary>
    public static Leaf Replicate { get; } = new(SearchSpace.Replicate, new WholeNumber(1), "1", "Repeats every trial with another seed for each number.");

    /// <summary>The leaves of one trial: the template, changed by an assignment, completed by the defaults.</summary>
    /// <remarks>
    /// A leaf of the template that belongs to another choice than the assignment's goes away with what it belonged to:
    /// the template's kappa is no part of a trial whose assignment makes the base gaussian.
    /// </remarks>
    public static ImmutableSortedDictionary<string, string> Complete(
        ImmutableSortedDictionary<string, string> template, ImmutableSortedDictionary<string, string> assignment)
    {
        var leaves = template.SetItems(assignment.Remove(SearchSpace.Replicate)).ToBuilder();
        foreach (var leaf in Table.Leaves)
        {
            if (leaf is { When: null, Default: { } value })
                leaves.TryAdd(leaf.Path, value);
            else if (leaf.When is { } when && assignment.ContainsKey(when.Path) && !assignment.ContainsKey(leaf.Path) && !Holds(when, leaves))
                leaves.Remove(leaf.Path);
        }

        return leaves.ToImmutable();
    }

    internal static bool Holds(Condition condition, IReadOnlyDictionary<string, string> leaves) =>
        leaves.GetValueOrDefault(condition.Path) == condition.Value;
}
