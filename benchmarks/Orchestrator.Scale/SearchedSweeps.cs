namespace Orchestrator.Scale;

/// <summary>Sweeps whose trials are drawn, over three ranges and a choice.</summary>
static class SearchedSweeps
{
    /// <summary>ASHA with a rung after every epoch.</summary>
    public static string Asha(string name, int trials) =>
        File(name, trials, "random", "scheduler: { algorithm: asha, mode: stop, min_epochs: 1, max_epochs: 3, reduction: 2 }");

    public static string Tpe(string name, int trials) => File(name, trials, "tpe", "");

    static string File(string name, int trials, string algorithm, string scheduler) =>
        $$"""
            name: {{name}}
            dataset: digits
            trial: { training: { epochs: 3 } }
            parameters:
              training.learning_rate: { log_uniform: [1.0e-4, 1.0e-2] }
              training.ema: { uniform: [0.5, 0.99] }
              flow.hidden: { int_uniform: [8, 64] }
              flow.coupling: [affine, additive]
            search: { algorithm: {{algorithm}}, trials: {{trials}} }
            {{scheduler}}
            """;
}
