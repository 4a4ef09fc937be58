using System.Globalization;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that decides the outcome of one trial: equal specs give equal bytes on CPU.</summary>
/// <param name="Dataset">As in the sweep file: <c>digits</c>, <c>fashion-mnist</c>, <c>idx:DIR</c>, ….</param>
/// <param name="Seed">The trial's own seed, derived from the sweep's seed and the trial's replicate.</param>
/// <param name="Threads">Intra-operation threads of the trial process; results depend on it.</param>
/// <remarks>The layout of these records is that of messages between nodes. Younger settings are part of a text in them: see
/// <see cref="Variant"/>.</remarks>
public sealed record TrialSpec(string Dataset, long Seed, FlowSpec Flow, BaseSpec Base, TrainingSpec Training, int Threads, string Device);

/// <param name="Architecture"><c>glow</c> or <c>realnvp</c>, a <see cref="Variant"/> with coupling and mixing.</param>
public sealed record FlowSpec(string Architecture, int Levels, int Steps, int Hidden)
{
    [JsonIgnore]
    public Variant Variant => Variant.Parse(Architecture);

    [JsonIgnore]
    public string Coupling => Variant.Get("flow.coupling");

    [JsonIgnore]
    public string Mixing => Variant.Get("flow.mixing");
}

/// <param name="Distribution"><c>gaussian</c>, <c>dirichlet</c> or <c>von-mises-fisher</c>, a <see cref="Variant"/> with
/// concentration.</param>
/// <param name="Alpha">Dirichlet only: the symmetric concentration, above 0.</param>
/// <param name="Kappa">Von Mises-Fisher only: the concentration, above 0.</param>
public sealed record BaseSpec(string Distribution, double? Alpha = null, Kappa? Kappa = null)
{
    [JsonIgnore]
    public Variant Variant => Variant.Parse(Distribution);

    /// <summary>Alpha or kappa is where learning starts.</summary>
    [JsonIgnore]
    public bool IsLearned => Variant.Get("base.concentration") == "learned";
}

/// <param name="GradientClip">Largest allowed L2 norm of the gradient of the mean loss in nats per dimension.</param>
/// <param name="Ema">Decay of the exponential moving average of the weights, per step; 0 turns it off.</param>
/// <param name="Precision"><c>float32</c>, a <see cref="Variant"/> with how a step is made: optimiser, schedule, accumulation.</param>
public sealed record TrainingSpec(
    int Epochs,
    int BatchSize,
    double LearningRate,
    double WarmupEpochs,
    double GradientClip,
    double Ema,
    string Precision
)
{
    [JsonIgnore]
    public Variant Variant => Variant.Parse(Precision);

    /// <summary>Parts into which a batch is cut, whose gradients are added up.</summary>
    [JsonIgnore]
    public int Accumulate => (int)Number("training.accumulate");

    [JsonIgnore]
    public string Optimizer => Variant.Get("training.optimizer");

    /// <summary>Of AdamW.</summary>
    [JsonIgnore]
    public double WeightDecay => Number("training.weight_decay");

    [JsonIgnore]
    public string Schedule => Variant.Get("training.schedule");

    /// <summary>Of the step schedule: epochs between two falls.</summary>
    [JsonIgnore]
    public double DecayEpochs => Number("training.decay_epochs");

    /// <summary>Of the step schedule: what each fall multiplies the learning rate by.</summary>
    [JsonIgnore]
    public double DecayFactor => Number("training.decay_factor");

    double Number(string path) => double.Parse(Variant.Get(path), CultureInfo.InvariantCulture);
}
