namespace Orchestrator.Speed;

/// <param name="Row">What was measured.</param>
/// <param name="Case">Of what.</param>
/// <param name="Who">By what: <see cref="Ours"/>, <c>pytorch</c>, <c>scipy</c>, or another way of ours.</param>
sealed record Measured(string Row, string Case, string Who, double Value)
{
    public const string Ours = "ours";
}

/// <summary>What is measured, each in a process of its own.</summary>
static class Rows
{
    /// <summary>Measures a case; the file is what the row works on, where it needs any.</summary>
    public delegate Task<IReadOnlyList<Measured>> Measurement(string which, string file);

    public static IReadOnlyDictionary<string, Measurement> All { get; } =
        new Dictionary<string, Measurement>
        {
            ["step"] = Glow("step", Measured.Ours, GlowRows.Step),
            ["conv2d"] = Glow("step", "conv2d", GlowRows.PlainStep),
            ["bfloat16"] = Glow("bfloat16", Measured.Ours, GlowRows.BFloat16Step),
            ["float32"] = Glow("bfloat16", "float32", GlowRows.Step),
            ["limit"] = Glow("limit", Measured.Ours, GlowRows.ShareOfLimit),
            ["sample"] = Glow("sample", Measured.Ours, GlowRows.Sample),
            ["encode"] = Glow("encode", Measured.Ours, GlowRows.Encode),
            ["memory"] = OfProgram("memory", (which, _) => ProcessRows.MemoryAsync(GlowCase.Parse(which))),
            ["recompute"] = OfDepth(Measured.Ours, "true"),
            ["kept"] = OfDepth("kept", "false"),
            ["attempt"] = OfProgram("attempt", (which, _) => ProcessRows.AttemptAsync(which == "spare")),
            ["evaluation"] = OfProgram("evaluation", (which, folder) => ProcessRows.EvaluationAsync(which == "spare", folder)),
            ["efficiency"] = OfProgram("efficiency", (_, file) => ProcessRows.EfficiencyAsync(file)),
            ["help"] = OfProgram("help", (_, _) => ProcessRows.CommandAsync("--help")),
            ["results"] = OfProgram(
                "results",
                (_, folder) => ProcessRows.CommandAsync("sweep", "results", folder, "--data-dir", folder, "--json")
            ),
            ["fid"] = (which, _) => Task.FromResult(FrechetRow.Measure(which)),
        };

    static Measurement Glow(string row, string who, Func<GlowCase, double> measure) =>
        (which, _) => Task.FromResult<IReadOnlyList<Measured>>([new Measured(row, which, who, measure(GlowCase.Parse(which)))]);

    static Measurement OfDepth(string who, string recompute) =>
        async (steps, _) =>
        {
            var of = new GlowCase("gaussian", 64, 64);
            var peak = await ProcessRows.MemoryAsync(of, ("flow.steps", steps), ("training.recompute", recompute));
            return [new Measured("recompute", steps, who, peak)];
        };

    static Measurement OfProgram(string row, Func<string, string, Task<double>> measure) =>
        async (which, file) => [new Measured(row, which, Measured.Ours, await measure(which, file))];
}
