namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that decides the outcome of one trial: equal specs give equal bytes on CPU.</summary>
/// <param name="Dataset">As in the sweep file: <c>digits</c>, <c>fashion-mnist</c>, <c>idx:DIR</c>, ….</param>
/// <param name="Seed">The trial's own seed, derived from the sweep's seed and the trial's replicate.</param>
/// <param name="Threads">Intra-operation threads of the trial process; results depend on it.</param>
public sealed record TrialSpec(
    string Dataset,
    long Seed,
    FlowSpec Flow,
    BaseSpec Base,
    TrainingSpec Training,
    int Threads,
    string Device);

public sealed record FlowSpec(string Architecture, int Levels, int Steps, int Hidden);

/// <param name="Distribution"><c>gaussian</c>, <c>dirichlet</c> or <c>von-mises-fisher</c>.</param>
/// <param name="Alpha">Dirichlet only: the symmetric concentration, above 0.</param>
/// <param name="Kappa">Von Mises-Fisher only: the concentration, above 0.</param>
public sealed record BaseSpec(string Distribution, double? Alpha = null, Kappa? Kappa = null);

/// <param name="GradientClip">Largest allowed L2 norm of the gradient of the mean loss in nats per dimension.</param>
/// <param name="Ema">Decay of the exponential moving average of the weights, per step; 0 turns it off.</param>
public sealed record TrainingSpec(
    int Epochs,
    int BatchSize,
    double LearningRate,
    double WarmupEpochs,
    double GradientClip,
    double Ema,
    string Precision);
