using System.Globalization;
using CsCheck;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

/// <summary>Valid sweep files: any template, any choices of settings, of the base, or of the whole trial; with a search that draws, also
/// ranges.</summary>
static class SweepFileGen
{
    static readonly Gen<string> Epochs = Gen.Int[1, 500].Select(Text),
        LearningRate = Gen.Double[1e-6, 1e3].Select(Text),
        Ema = Gen.Double[0, 0.999].Select(Text);

    static readonly Gen<string> KappaText = Gen.Select(Gen.Double[1e-3, 5e3].Select(Text), Among("", "d"), (number, unit) => number + unit);

    static readonly Gen<string> Base = Gen.OneOf(
        Gen.Const("{ distribution: gaussian }"),
        Gen.Double[1e-3, 100].Select(alpha => $"{{ distribution: dirichlet, alpha: {Text(alpha)} }}"),
        KappaText.Select(kappa => $"{{ distribution: von-mises-fisher, kappa: {kappa} }}")
    );

    /// <summary>At most one dirichlet and one von Mises-Fisher entry, so that no trial is there twice.</summary>
    static readonly Gen<string> BaseChoice = Gen.Select(
        List(Gen.Double[1e-3, 100].Select(Text)),
        List(KappaText),
        Gen.Int[1, 7],
        (alphas, kappas, which) =>
            "["
            + string.Join(
                ", ",
                new[]
                {
                    "{ distribution: gaussian }",
                    $"{{ distribution: dirichlet, alpha: {{ choice: {alphas} }} }}",
                    $"{{ distribution: von-mises-fisher, kappa: {kappas} }}",
                }.Where((_, index) => (which >> index & 1) == 1)
            )
            + "]"
    );

    static readonly Gen<string> Parameters = Gen.OneOf(
        Gen.Select(
                Optional("base", BaseChoice),
                Optional("training.learning_rate", List(LearningRate)),
                Optional("training.epochs", List(Epochs)),
                Replicates,
                Optional("training.optimizer", List(Among("adam", "adamw", "adamax")))
            )
            .Select(lines => lines.Item1 + lines.Item4 + lines.Item2 + lines.Item3 + lines.Item5),
        Gen.Select(
            BaseChoice,
            List(LearningRate),
            Replicates,
            (bases, rates, replicates) =>
                $"{replicates}  trial: [{{ base: {bases} }}, {{ base: {{ distribution: dirichlet, alpha: 1000 }}, "
                + $"training.learning_rate: {{ choice: {rates} }} }}]\n"
        )
    );

    static readonly Gen<string> RealRange = Gen.Select(
        Among("uniform", "log_uniform", "quantized"),
        Gen.Double[1e-3, 10],
        Gen.Double[0.5, 100],
        Gen.Double[0.01, 1],
        (kind, low, width, step) =>
            $"{{ {kind}: [{Text(low)}, {Text(low + width)}{(kind == "quantized" ? $", {Text(width * step)}" : "")}] }}"
    );

    static readonly Gen<string> WholeRange = Gen.Select(
        Among("int_uniform", "log_int_uniform", "quantized"),
        Gen.Int[1, 100],
        Gen.Int[1, 300],
        Gen.Int[1, 300],
        (kind, low, width, step) => $"{{ {kind}: [{low}, {low + width}{(kind == "quantized" ? $", {Math.Min(width, step)}" : "")}] }}"
    );

    static readonly Gen<string> KappaRange = Gen.Select(
        Among("uniform", "log_uniform"),
        Among("", "d"),
        Gen.Double[1e-3, 10],
        Gen.Double[0.5, 100],
        (kind, unit, low, width) => $"{{ {kind}: [{Text(low)}{unit}, {Text(low + width)}{unit}] }}"
    );

    static readonly Gen<string> SearchedBases = Gen.Select(
        Gen.OneOf(RealRange, List(Gen.Double[1e-3, 100].Select(Text))),
        KappaRange,
        KappaRange,
        (alpha, one, other) =>
            $"[{{ distribution: dirichlet, alpha: {alpha} }}, {{ distribution: gaussian }}, "
            + $"{{ distribution: von-mises-fisher, kappa: {one} }}, "
            + $"{{ distribution: von-mises-fisher, concentration: learned, kappa: {other} }}]"
    );

    static readonly Gen<string> SearchedParameters = Gen.OneOf(
        Gen.Select(
                Optional("base", SearchedBases),
                Optional("training.gradient_clip", RealRange),
                Optional("flow.steps", WholeRange),
                Replicates,
                Optional("training.optimizer", List(Among("adam", "adamw", "adamax")))
            )
            .Select(lines => lines.Item1 + lines.Item4 + lines.Item2 + lines.Item3 + lines.Item5),
        Gen.Select(
            SearchedBases,
            RealRange,
            WholeRange,
            (bases, real, whole) =>
                $"  trial: [{{ base: {bases}, flow.hidden: {whole} }}, {{}}, {{ training.gradient_clip: {real} }}, "
                + $"{{ training: {{ optimizer: adamw, weight_decay: {real} }} }}]\n"
        )
    );

    static readonly Gen<string> Trial = Gen.Select(
        Optional("base", Base),
        Optional("training", Gen.Select(Epochs, Ema, (epochs, ema) => $"{{ epochs: {epochs}, ema: {ema} }}")),
        Optional(
            "flow",
            Among(
                "{ coupling: spline }",
                "{ mixing: lu }",
                "{ architecture: realnvp, coupling: affine }",
                "{ mixing: permutation, coupling: additive }"
            )
        ),
        (@base, training, flow) => @base + training + flow
    );

    static readonly Gen<string> Rest = Gen.Select(
        Gen.Long[0, long.MaxValue],
        Among("digits", "fashion-mnist", "idx:some where"),
        Gen.String[Gen.Char["abcxyz019-"], 1, 48],
        Gen.Long[1, 1L << 20],
        (seed, dataset, name, budget) =>
            $"name: '{name}'\nseed: {Text(seed)}\ndataset: {dataset}\nretention: {{ budget: {Text(budget)}KiB }}\n"
    );

    public static Gen<string> Valid { get; } =
        Gen.Select(
            Rest,
            Trial,
            Parameters,
            (rest, trial, parameters) => rest + Section("trial", trial) + Section("parameters", parameters)
        );

    /// <summary>Of a search that draws its trials.</summary>
    public static Gen<string> Searched { get; } =
        Gen.Select(
            Rest,
            Among("random", "sobol", "tpe"),
            SearchedParameters,
            (rest, algorithm, parameters) => $"{rest}search: {{ algorithm: {algorithm}, trials: 3 }}\n{Section("parameters", parameters)}"
        );

    public static Gen<string> Among(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    static Gen<string> Replicates => Optional("replicate", List(Gen.Int[1, 9].Select(Text)));

    static Gen<string> Optional(string key, Gen<string> value) =>
        Gen.Select(Gen.Bool, value, (isThere, text) => isThere ? $"  {key}: {text}\n" : "");

    static Gen<string> List(Gen<string> item) => item.Array[1, 4].Select(items => $"[{string.Join(", ", items.Distinct())}]");

    static string Section(string key, string lines) => lines.Length == 0 ? "" : $"{key}:\n{lines}";

    static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
