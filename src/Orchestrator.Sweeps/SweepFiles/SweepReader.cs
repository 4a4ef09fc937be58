using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads the sections of a sweep file; every problem of every section is found.</summary>
sealed class SweepReader(ProblemList problems)
{
    /// <returns>Only good where no problem was found.</returns>
    public SweepSpec Read(MappingNode root)
    {
        var settings = new FieldReader(SweepFields.Table, problems).Values(
            root,
            "",
            SweepFields.Trial,
            SweepFields.Parameters,
            SweepFields.Where,
            SweepFields.Enqueue
        );
        var (where, enqueue) = (new WhereReader(problems), new EnqueueReader(problems));
        where.Read(root.Find(SweepFields.Where));
        enqueue.Read(root.FindPath(SweepFields.Enqueue));
        var (trial, space) = ReadTrials(root, isGrid: new Settings(settings)["search.algorithm"] == KnownNames.Grid);
        foreach (var field in SweepFields.Table.Fields.Where(field => field.IsRequired && !settings.ContainsKey(field.Path)))
            problems.Add(root.At, field.Path, $"missing: expected {field.Kind.Expected}");
        if (problems.Count == 0)
            new SearchCheck(settings, trial, space, problems).Run(root.At);
        if (problems.Count == 0)
        {
            var spec = where.In(enqueue.In(Build(new Settings(settings), trial, space)));
            if (problems.Count == 0)
                enqueue.CheckWhere(spec);
            if (problems.Count == 0)
                return spec;
        }

        throw problems.ToException();
    }

    (Dictionary<string, FieldValue> Trial, SearchSpace Space) ReadTrials(MappingNode root, bool isGrid)
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
                isGrid
            );
        }

        return (template, space);
    }

    MappingNode? Section(MappingNode root, string name)
    {
        var node = root.Find(name);
        if (node is not (null or MappingNode))
            problems.Add(node.At, name, "expected keys and values");
        return node as MappingNode;
    }

    static SweepSpec Build(Settings settings, Dictionary<string, FieldValue> trial, SearchSpace space)
    {
        var said = trial.ToImmutableSortedDictionary(field => field.Key, field => field.Value.Text);
        if (settings.Find(SweepFields.SchedulerMaxEpochs) is { } max)
            said = said.SetItem(TrainingSettings.EpochsPath, max);
        var template = TrialFields.Complete(said, ImmutableSortedDictionary<string, string>.Empty);
        return new(
            settings["name"],
            settings["dataset"],
            settings.Long("seed")!.Value,
            template,
            space,
            new SearchSpec(settings["search.algorithm"])
            {
                Trials = (int?)settings.Long(SweepFields.SearchTrials),
                Start = settings["search.start"],
                StartTrials = settings.Int("search.start_trials"),
                Preset = settings["search.preset"],
                Prior = settings.List("search.prior"),
            },
            new EvaluationSpec(
                settings["evaluation.features"],
                settings.Int("evaluation.samples"),
                new KidSpec(settings.Int("evaluation.kid.subsets"), settings.Int("evaluation.kid.subset_size")),
                new InterpolationSpec(
                    settings.Int("evaluation.interpolation.pairs"),
                    settings.Int("evaluation.interpolation.points"),
                    settings.List("evaluation.interpolation.schemes")
                )
            )
            {
                When = settings[SweepFields.EvaluationWhen],
            },
            new ResourceSpec(settings["resources.device"], settings.Int("resources.threads"), settings.Double("resources.gpu_fraction")),
            new RetrySpec(settings.Int("retries.crash"), settings.Int("retries.out_of_memory"), settings.Int("retries.divergence"))
            {
                Alike = settings.Int("retries.alike"),
            },
            new RetentionSpec(settings.Int("retention.keep_last"), settings.Int("retention.keep_best"), settings.Long("retention.budget"))
        )
        {
            Fork = ForkSpec.Of(settings.Find),
            Share = SweepShare.Of(settings.Find),
            Budget = SweepBudget.Of(settings.Find),
            Notify = NotifySpec.Of(settings.List),
            Scheduler = new SchedulerSpec(
                settings[SweepFields.SchedulerAlgorithm],
                settings[SweepFields.SchedulerMode],
                settings["scheduler.metric"],
                settings.Int("scheduler.min_epochs"),
                settings.Int("scheduler.reduction"),
                settings.Find(SweepFields.StratifyBy),
                settings.Int("scheduler.min_rung_population"),
                settings.Find(SweepFields.RefineMetric) is { } metric
                    ? new RefineSpec(metric, settings.Int("scheduler.refine.from_rung"))
                    : null
            ),
        };
    }

    /// <summary>What the file says, else the default.</summary>
    sealed class Settings(IReadOnlyDictionary<string, FieldValue> given)
    {
        public string this[string path] => Find(path)!;

        public int Int(string path) => int.Parse(this[path], CultureInfo.InvariantCulture);

        public double Double(string path) => double.Parse(this[path], CultureInfo.InvariantCulture);

        public long? Long(string path) => Find(path) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

        public ImmutableArray<string> List(string path) => Find(path) is { } text ? [.. text.Split(',')] : [];

        public string? Find(string path) => given.TryGetValue(path, out var value) ? value.Text : SweepFields.Table.Find(path)!.Default;
    }
}
