using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that can be set, and swept, in a trial.</summary>
public static class TrialSchema
{
    public const string Architecture = "flow.architecture",
        Distribution = "base.distribution",
        Precision = "training.precision";

    const string Optimizer = "training.optimizer",
        Schedule = "training.schedule";

    public static LeafTable Table { get; } =
        new([
            new(Architecture, new OneOf(KnownNames.Architectures), "glow", "Kind of flow."),
            new(
                "flow.levels",
                Limits.Levels,
                "2",
                "Scales; each halves height and width and, but for the last, factors out half of the channels."
            ),
            new("flow.steps", Limits.Steps, "8", "Flow steps of each level."),
            new("flow.hidden", Limits.Hidden, "64", "Channels of the hidden layers of each coupling's network."),
            new("flow.coupling", new OneOf(KnownNames.Couplings), "affine", "What a coupling does to the part that it changes.")
            {
                IsLeftOutByDefault = true,
            },
            new(
                "flow.mixing",
                new OneOf(KnownNames.Mixings),
                "lu",
                "What mixes the channels between couplings: a learned 1x1 convolution or a fixed permutation."
            )
            {
                When = new(Architecture, "glow"),
                IsLeftOutByDefault = true,
            },
            new(Distribution, new OneOf(KnownNames.BaseDistributions), KnownNames.Gaussian, "Base distribution of the latents."),
            new("base.alpha", Limits.Alpha, null, "Symmetric concentration of a Dirichlet base.")
            {
                When = new(Distribution, KnownNames.Dirichlet),
            },
            new("base.kappa", Limits.Kappa, null, "Concentration of a von Mises-Fisher base; 1.5d means 1.5 times the latent dimension.")
            {
                When = new(Distribution, KnownNames.VonMisesFisher),
            },
            new(
                "base.concentration",
                new OneOf(["fixed", "learned"]),
                "fixed",
                "Whether alpha or kappa stays, or is where its learning starts."
            )
            {
                When = new(Distribution, KnownNames.Dirichlet, KnownNames.VonMisesFisher),
                IsLeftOutByDefault = true,
            },
            new("training.epochs", Limits.Epochs, "10", "Passes over the training split."),
            new("training.batch_size", new WholeNumber(1), "128", "Images per optimiser step."),
            new("training.learning_rate", Limits.LearningRate, "0.001", "Largest learning rate: after the warm-up."),
            new("training.warmup_epochs", Limits.WarmupEpochs, "1", "Epochs over which the learning rate rises from 0; may be a fraction."),
            new(
                "training.gradient_clip",
                Limits.GradientClip,
                "1",
                "Largest L2 norm of the gradient of the mean loss in nats per dimension."
            ),
            new(
                "training.ema",
                new Number(AtLeast: 0, Below: 1),
                "0.999",
                "Decay per step of the moving average of the weights; 0 turns it off."
            ),
            new(Precision, new OneOf(KnownNames.Precisions), "float32", "Number format of the training."),
            new(
                "training.accumulate",
                new WholeNumber(1),
                "1",
                "Parts into which a batch is cut, whose gradients are added up: less memory, the same step."
            )
            {
                IsLeftOutByDefault = true,
            },
            new(Optimizer, new OneOf(KnownNames.Optimizers), "adam", "How a gradient becomes a step.") { IsLeftOutByDefault = true },
            new(
                "training.weight_decay",
                Limits.WeightDecay,
                "0.01",
                "Share of every weight that is taken off at each step, times the learning rate."
            )
            {
                When = new(Optimizer, "adamw"),
                IsLeftOutByDefault = true,
            },
            new(
                Schedule,
                new OneOf(KnownNames.Schedules),
                "constant",
                "Learning rate after the warm-up: as it is, falling to 0 as half a cosine, or by steps."
            )
            {
                IsLeftOutByDefault = true,
            },
            new("training.decay_epochs", Limits.DecayEpochs, "10", "Epochs between two falls of the learning rate; may be a fraction.")
            {
                When = new(Schedule, "step"),
                IsLeftOutByDefault = true,
            },
            new("training.decay_factor", new Number(Above: 0, AtMost: 1), "0.1", "What each fall multiplies the learning rate by.")
            {
                When = new(Schedule, "step"),
                IsLeftOutByDefault = true,
            },
        ]);

    /// <summary>Which repetition of a trial: changes nothing but its seed.</summary>
    public static Leaf Replicate { get; } =
        new(SearchSpace.Replicate, new WholeNumber(1), "1", "Repeats every trial with another seed for each number.");

    /// <summary>The leaves of one trial: the template, changed by an assignment, completed by the defaults.</summary>
    /// <remarks>
    /// A leaf of the template that belongs to another choice than the assignment's goes away with what it belonged to:
    /// the template's kappa is no part of a trial whose assignment makes the base gaussian.
    /// </remarks>
    public static ImmutableSortedDictionary<string, string> Complete(
        ImmutableSortedDictionary<string, string> template,
        ImmutableSortedDictionary<string, string> assignment
    )
    {
        var leaves = template.SetItems(assignment.Remove(SearchSpace.Replicate)).ToBuilder();
        foreach (var leaf in Table.Leaves)
        {
            if (leaf.When is { } when && !Holds(when, leaves))
            {
                if (assignment.ContainsKey(when.Path) && !assignment.ContainsKey(leaf.Path))
                    leaves.Remove(leaf.Path);
            }
            else if (leaf.IsLeftOutByDefault)
            {
                if (leaves.GetValueOrDefault(leaf.Path) == leaf.Default)
                    leaves.Remove(leaf.Path);
            }
            else if (leaf is { When: null, Default: { } value })
            {
                leaves.TryAdd(leaf.Path, value);
            }
        }

        return leaves.ToImmutable();
    }

    /// <returns>What a trial has at a path, said or left out; null where it has nothing there.</returns>
    /// <param name="leaves">Of a completed trial.</param>
    internal static string? ValueOf(IReadOnlyDictionary<string, string> leaves, string path) =>
        leaves.TryGetValue(path, out var value) ? value
        : Table.Find(path) is { IsLeftOutByDefault: true } leaf && (leaf.When is not { } when || Holds(when, leaves)) ? leaf.Default
        : null;

    internal static bool Holds(Condition condition, IReadOnlyDictionary<string, string> leaves) =>
        condition.Accepts(ValueOf(leaves, condition.Path));
}
