using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads the sections of a sweep file; every problem of every section is found.</summary>
sealed class SweepReader(ProblemList problems)
{
    const string Scheduler = "scheduler";

    /// <returns>Only good where no problem was found.</returns>
    public SweepSpec Read(MappingNode root)
    {
        if (root.Entries.FirstOrDefault(entry => entry.Key.Text == Scheduler) is { } scheduler)
            problems.Add(
                scheduler.Key.At,
                Scheduler,
                "schedulers are not available in this version: leave it out, and every trial runs all its epochs"
            );

        var settings = new FieldReader(SweepFields.Table, problems).Values(root, "", SweepFields.Trial, SweepFields.Parameters, Scheduler);
        var (template, space) = ReadTrials(root, new Settings(settings)["search.algorithm"]);
        foreach (var field in SweepFields.Table.Fields.Where(field => field.IsRequired && !settings.ContainsKey(field.Path)))
            problems.Add(root.At, field.Path, $"missing: expected {field.Kind.Expected}");
        return problems.Count == 0 ? Build(new Settings(settings), template, space) : throw problems.ToException();
    }

    (ImmutableSortedDictionary<string, string> Template, SearchSpace Space) ReadTrials(MappingNode root, string algorithm)
    {
        var before = problems.Count;
        var trial = Section(root, SweepFields.Trial);
        var reader = new FieldReader(TrialFields.Table, problems);
        var template = trial is null ? [] : reader.Values(trial, "");
        var parameters = Section(root, SweepFields.Parameters);
        var spaceReader = new SpaceReader(template, problems);
        var space = parameters is null ? new SearchSpace([]) : spaceReader.Read(parameters);
        if (!reader.HasUnknownKeys && !spaceReader.HasConflicts)
        {
            new TrialCheck(template, spaceReader.Sources, spaceReader.Ranges, (trial ?? root).At, problems).Run(
                space,
                (parameters ?? root).At,
                areWellFormed: problems.Count == before,
                algorithm
            );
        }

        var explicitly = template.ToImmutableSortedDictionary(field => field.Key, field => field.Value.Text);
        return (TrialFields.Complete(explicitly, ImmutableSortedDictionary<string, string>.Empty), space);
    }

    MappingNode? Section(MappingNode root, string name)
    {
        var node = root.Find(name);
        if (node is not (null or MappingNode))
            problems.Add(node.At, name, "expected keys and values");
        return node as MappingNode;
    }

    static SweepSpec Build(Settings settings, ImmutableSortedDictionary<string, string> template, SearchSpace space) =>
        new(
            settings["name"],
            settings["dataset"],
            settings.Long("seed")!.Value,
            template,
            space,
            new SearchSpec(settings["search.algorithm"]),
            new EvaluationSpec(
                settings["evaluation.features"],
                settings.Int("evaluation.samples"),
                new KidSpec(settings.Int("evaluation.kid.subsets"), settings.Int("evaluation.kid.subset_size")),
                new InterpolationSpec(
                    settings.Int("evaluation.interpolation.pairs"),
                    settings.Int("evaluation.interpolation.points"),
                    [.. settings["evaluation.interpolation.schemes"].Split(',')]
                )
            ),
            new ResourceSpec(settings["resources.device"], settings.Int("resources.threads"), settings.Double("resources.gpu_fraction")),
            new RetrySpec(settings.Int("retries.crash"), settings.Int("retries.out_of_memory"), settings.Int("retries.divergence")),
            new RetentionSpec(settings.Int("retention.keep_last"), settings.Int("retention.keep_best"), settings.Long("retention.budget"))
        );

    /// <summary>What the file says, else the default.</summary>
    sealed class Settings(IReadOnlyDictionary<string, FieldValue> given)
    {
        public string this[string path] => Find(path)!;

        public int Int(string path) => int.Parse(this[path], CultureInfo.InvariantCulture);

        public double Double(string path) => double.Parse(this[path], CultureInfo.InvariantCulture);

        public long? Long(string path) => Find(path) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

        string? Find(string path) => given.TryGetValue(path, out var value) ? value.Text : SweepFields.Table.Find(path)!.Default;
    }
}
