namespace Orchestrator.Sweeps.Specs;

/// <summary>Numbers of a sweep file within the limits to which they were tried, each with what happens beyond.</summary>
static class Limits
{
    const int MostEpochs = 1_000_000;
    const string BeyondEpochs = "no training was seen to come to an end beyond";
    const string BeyondSize = "a step of training then takes minutes, or does not fit into memory";
    const string BeyondEvaluation = "the evaluation then takes hours and says the same";
    const string BeyondKappa = "below, the base is uniform on the sphere, and above, normal, to the last digit of a float32 latent";

    public static FieldKind Levels { get; } = new WholeNumber(1, 16) { Why = "images of 65536 pixels a side have no more" };

    public static FieldKind Steps { get; } = new WholeNumber(1, 1_000) { Why = BeyondSize };

    public static FieldKind Hidden { get; } = new WholeNumber(1, 4_096) { Why = BeyondSize };

    public static FieldKind Alpha { get; } =
        new Number(Above: 0)
        {
            Tried = new(1e-6, 1e6, "below, all of a sample is in one of the parts, and above, its likelihood loses its digits"),
        };

    public static FieldKind Kappa { get; } = new KappaValue(new(1e-6, 1e9, BeyondKappa), new(1e-6, 1e6, BeyondKappa));

    public static FieldKind Epochs { get; } = new WholeNumber(1, MostEpochs) { Why = BeyondEpochs };

    public static FieldKind LearningRate { get; } =
        new Number(Above: 0) { Tried = new(1e-12, 1e9, "below, no float32 weight changes any more, and above, the first step overflows") };

    public static FieldKind WarmupEpochs { get; } = new Number(AtLeast: 0) { Tried = new(null, MostEpochs, BeyondEpochs) };

    public static FieldKind GradientClip { get; } =
        new Number(Above: 0) { Tried = new(1e-9, null, "below, hardly a float32 weight changes any more") };

    public static FieldKind WeightDecay { get; } =
        new Number(AtLeast: 0) { Tried = new(null, 1e6, "above, the decay is larger than the weight at any learning rate that trains") };

    public static FieldKind DecayEpochs { get; } =
        new Number(Above: 0)
        {
            Tried = new(1e-3, MostEpochs, "below, the learning rate is 0 after the first step, and above, it never falls"),
        };

    public static FieldKind Subsets { get; } = new WholeNumber(1, 10_000) { Why = BeyondEvaluation };

    public static FieldKind Pairs { get; } = new WholeNumber(4, 100_000) { Why = BeyondEvaluation };

    public static FieldKind Points { get; } = new WholeNumber(3, 1_000) { Why = "the picture of the paths gets one column for each" };

    public static FieldKind Threads { get; } = new WholeNumber(1, 1_024) { Why = "no more could be started in a process" };

    public static FieldKind GpuFraction { get; } =
        new Number(Above: 0, AtMost: 1) { Tried = new(0.01, null, "a hundred processes fill the memory of any GPU before they train") };
}
