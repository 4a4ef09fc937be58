using System.Text.Json;
using System.Xml.Linq;
using Orchestrator.Reports.Html;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Html;

public sealed class HtmlReportSpecs : IDisposable
{
    const string Attack = "<script>alert('x')</script>&\"";

    /// <summary>One white pixel.</summary>
    internal static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
    );

    static readonly ReportContext Context = new(
        "0.1.0",
        DateTimeOffset.UnixEpoch,
        "orchestrator sweep run sweep.yaml",
        [new("Machine", "two cores")]
    );

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_page_is_well_formed_and_has_every_section()
    {
        var page = Read(Full());

        Assert.Equal(
            ["results", "curves", "trade-off", "interpolation", "pictures", "trouble", "protocol", "checkpoints", "origin"],
            page.Descendants("section").Select(section => (string?)section.Attribute("aria-labelledby"))
        );
        Assert.Single(page.Descendants("h1"));
        Assert.All(page.Descendants("table"), table => Assert.NotEmpty(table.Elements("caption")));
        Assert.All(page.Descendants("svg"), svg => Assert.False(string.IsNullOrEmpty((string?)svg.Attribute("aria-label"))));
    }

    [Fact]
    public void A_report_beside_another_sweep_has_the_differences_of_their_pairs()
    {
        var others = new[] { ("other", 3.25), ("mine", 3.0) }
            .Select(one =>
                SweepStateBuilder
                    .Of($"name: {one.Item1}\ndataset: digits\nseed: {one.Item2:F0}\nparameters: {{ replicate: [1, 2] }}\n")
                    .Succeeds(1, one.Item2)
                    .Succeeds(2, one.Item2)
                    .State
            )
            .ToList();
        var page = XDocument.Parse(HtmlReport.Render(others[1], new(folder.Path), Context with { Beside = [others[0]] }));
        var section = page.Descendants("section").Single(one => (string?)one.Attribute("aria-labelledby") == "beside");
        Assert.StartsWith(
            "mine less other, over pairs of completed trials that have the same replicate",
            section.Descendants("caption").Single().Value,
            StringComparison.Ordinal
        );
        var test = section.Descendants("tr").Single(row => row.Elements("th").First().Value == "test_bits_per_dim");
        Assert.Equal(["3.25", "3", "-0.25", "-0.25", "-0.25", "2"], test.Elements("td").Select(cell => cell.Value));
        Assert.DoesNotContain("not alike", section.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_with_a_scheduler_has_its_rungs_and_says_how_many_were_given_up()
    {
        var story = SweepStateBuilder.Of(
            "name: a\ndataset: digits\ntrial: { training: { epochs: 3 } }\nparameters: { flow.steps: [1, 2, 3] }\n"
                + "scheduler: { algorithm: asha }\n"
        );
        foreach (var trial in (int[])[1, 2])
            story
                .Begins(trial)
                .Learns(trial, 4 - trial / 10.0)
                .Ends(trial, new(AttemptCause.Done), 1)
                .Tell(new TrialPaused(trial) { At = DateTimeOffset.UnixEpoch });
        var waiting = Read(story);
        Assert.Contains("0 of 3 trials completed, 2 paused at a rung", waiting.ToString());
        Assert.Equal(["1", "2", "2", "0", "3.800", "validation.bits_per_dim"], FirstRung(waiting));

        story.Tell(new ConfigurationPromoted(2, 1) { At = DateTimeOffset.UnixEpoch });
        story.Tell(new TrialPruned(1, 1) { At = DateTimeOffset.UnixEpoch });
        var pruned = Read(story);
        Assert.Contains("1 pruned by the scheduler", pruned.ToString());
        Assert.Equal(["1", "2", "0", "1", "3.800", "validation.bits_per_dim"], FirstRung(pruned));

        static IEnumerable<string> FirstRung(XDocument page) =>
            page.Descendants("section")
                .Single(section => (string?)section.Attribute("aria-labelledby") == "rungs")
                .Descendants("tbody")
                .Elements("tr")
                .First()
                .Elements()
                .Select(cell => cell.Value);
    }

    [Theory]
    [InlineData(
        "",
        "grid: 6 trials, every combination of the values, replicates 2, seed 5.",
        "none: every trial trains to its last epoch.",
        "when completed: trials that are trained to their end."
    )]
    [InlineData(
        "where: [\"flow.steps <= 3\"]\nsearch: { algorithm: tpe, trials: 3, start_trials: 2 }\n"
            + "scheduler: { algorithm: asha, mode: promote, max_epochs: 27, refine: { metric: evaluation.samples.fid, from_rung: 2 } }\n"
            + "evaluation: { when: best 2 }\n",
        "tpe: trials 3, start sobol, start_trials 2, preset multivariate, replicates 2, where flow.steps <= 3, seed 5.",
        "asha: mode promote, metric validation.bits_per_dim, min_epochs 1, max_epochs 27, reduction 3, "
            + "refine evaluation.samples.fid from_rung 2.",
        "when best 2: so many of the trials that are trained to their end, the best on the validation split."
    )]
    [InlineData(
        "scheduler: { algorithm: median, min_epochs: 4 }\n",
        "grid: 6 trials, every combination of the values, replicates 2, seed 5.",
        "median, metric validation.bits_per_dim, min_epochs 4.",
        "when completed: trials that are trained to their end."
    )]
    public void The_protocol_says_how_trials_were_found_so_that_a_reader_can_do_it_again(
        string more,
        string search,
        string scheduler,
        string evaluated
    )
    {
        var page = Read(
            SweepStateBuilder.Of($"name: a\ndataset: digits\nseed: 5\nparameters: {{ flow.steps: [1, 2, 3], replicate: [1, 2] }}\n{more}")
        );
        var protocol = page.Descendants("section").Single(section => (string?)section.Attribute("aria-labelledby") == "protocol");
        Assert.Equal(["Search", "Scheduler", "Evaluated"], protocol.Descendants("dt").Select(name => name.Value));
        Assert.Equal([search, scheduler, evaluated], protocol.Descendants("dd").Select(text => text.Value));
    }

    [Fact]
    public void The_verdict_names_the_best_trial_and_sets_it_against_the_baselines()
    {
        var verdict = Read(new SweepStateBuilder(
                    trials:
                    [
                        ["base.distribution=gaussian"],
                        ["base.distribution=dirichlet", "base.alpha=2"],
                    ]
                ).Succeeds(1, 2.5).Succeeds(2, 2.4))
            .Descendants("p")
            .Single(p => (string?)p.Attribute("class") == "verdict")
            .Value;

        Assert.Contains(
            "The best on the validation split, trial 0002, dirichlet alpha=2, reaches 2.410 bits per dimension there and 2.400 ± 0.004 "
                + "bits per dimension on the test split",
            verdict
        );
        Assert.Contains("0.550 better than a full-covariance Gaussian (2.950)", verdict);
        Assert.Contains("0.020 better than a factorised histogram (2.420)", verdict);
    }

    [Fact]
    public void A_trial_worse_than_a_baseline_is_called_so() =>
        Assert.Contains(
            "0.080 worse than a factorised histogram",
            Render(
                new SweepStateBuilder(
                    trials:
                    [
                        [],
                    ]
                ).Succeeds(1, 2.5)
            )
        );

    [Fact]
    public void Nothing_is_loaded_from_anywhere_and_no_script_runs()
    {
        var page = Read(Full());

        var loads = page.Descendants()
            .Attributes()
            .Where(attribute => attribute.Name.LocalName is "src" or "href" or "srcset" or "data" or "action")
            .ToList();
        Assert.NotEmpty(loads);
        Assert.All(loads, load => Assert.StartsWith("data:image/png;base64,", load.Value));
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        var style = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style);
        Assert.DoesNotContain("@import", style);
    }

    [Fact]
    public void The_style_sheet_reads_the_same_as_html_and_as_xml() =>
        Assert.DoesNotContain(Markup.StyleSheet(), character => character is '<' or '>' or '&');

    [Fact]
    public void Only_elements_without_content_close_themselves() =>
        Assert.Empty(
            System
                .Text.RegularExpressions.Regex.Matches(Render(Full()), @"<(\w+)[^<>]*/>")
                .Select(match => match.Groups[1].Value)
                .Except(["img", "meta"])
        );

    [Fact]
    public void What_users_and_processes_wrote_is_text()
    {
        var submitted = new SweepStateBuilder(
            "a" + Attack,
            $"name: {Attack}\n",
            [
                ["base.distribution=" + Attack],
                [],
            ]
        );
        var story = submitted
            .Begins(1)
            .Fails(1, new(AttemptCause.Divergence, Attack, Attack, 3), 1)
            .Begins(2)
            .Learns(2, 3)
            .Saves(2, new(Attack, Attack, 1, 1, true, 1))
            .Completes(2, 1)
            .IsScored(2, SweepStateBuilder.Scores(2.5, "<b>.png") with { Features = new(Attack, Attack, Attack, 3) });

        var html = HtmlReport.Render(story.State, folder.Data, new(Attack, DateTimeOffset.UnixEpoch, Attack, [new(Attack, Attack)]));

        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<b>", html);
        Assert.Contains(Attack, XDocument.Parse(html).Descendants("h1").Single().Value);
        Assert.Contains(Attack, XDocument.Parse(html).Descendants("pre").Single().Value);
    }

    [Fact]
    public void What_no_document_can_hold_is_replaced()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1).Fails(1, new(AttemptCause.Crash, "red \u001b[31m, nul \0, half a pair \ud800, whole \ud83d\ude00"), 1);

        Assert.Contains("red \ufffd[31m, nul \ufffd, half a pair \ufffd, whole \ud83d\ude00", Read(story).ToString());
    }

    [Fact]
    public void A_picture_is_in_the_page_whether_named_relative_or_absolute()
    {
        var elsewhere = folder.At("samples.png");
        File.WriteAllBytes(elsewhere, Png);
        PutSheet(trial: 1, "interpolation-linear.png", Png);

        var pictures = Read(
                new SweepStateBuilder(
                    trials:
                    [
                        [],
                    ]
                ).Succeeds(1, 2.5, "interpolation-linear.png", elsewhere)
            )
            .Descendants("img")
            .ToList();

        Assert.Equal(
            ["Samples, trial 0001", "Interpolation: linear, trial 0001"],
            pictures.Select(picture => (string?)picture.Attribute("alt"))
        );
        Assert.All(
            pictures,
            picture => Assert.Equal("data:image/png;base64," + Convert.ToBase64String(Png), (string?)picture.Attribute("src"))
        );
    }

    [Fact]
    public void A_picture_of_a_data_folder_that_moved_is_found()
    {
        PutSheet(trial: 1, "samples.png", Png);

        Assert.Single(
            Read(
                    new SweepStateBuilder(
                        trials:
                        [
                            [],
                        ]
                    ).Succeeds(1, 2.5, "/no/longer/here/samples.png")
                )
                .Descendants("img")
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_missing_or_damaged_picture_leaves_a_note(bool isThere)
    {
        if (isThere)
            PutSheet(trial: 1, "samples.png", "not a picture"u8.ToArray());

        var page = Read(
            new SweepStateBuilder(
                trials:
                [
                    [],
                ]
            ).Succeeds(1, 2.5, "samples.png")
        );

        Assert.Empty(page.Descendants("img"));
        var note = page.Descendants("p").Single(p => (string?)p.Attribute("class") == "missing");
        Assert.StartsWith("No readable picture at ", note.Value);
        Assert.EndsWith("samples.png", note.Value);
    }

    [Fact]
    public void Figures_that_are_not_finite_leave_gaps_and_no_nan_in_the_charts()
    {
        var submitted = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
            ]
        );
        var story = submitted
            .Begins(1)
            .Learns(1, 4, double.NaN, 3, double.PositiveInfinity)
            .Completes(1, 1)
            .IsScored(1, SweepStateBuilder.Scores(double.NaN))
            .Begins(2)
            .Learns(2, double.NaN)
            .Fails(2, new(AttemptCause.Divergence), 1)
            .Succeeds(3, 2.5);

        var html = Render(story);

        Assert.DoesNotContain("NaN", html);
        Assert.DoesNotContain("∞", html);
        Assert.DoesNotContain("Infinity", html);
        var lines = XDocument
            .Parse(html)
            .Descendants("path")
            .Where(path => ((string?)path.Attribute("class"))!.StartsWith("validation"))
            .ToList();
        Assert.Contains(lines, line => line.Attribute("d")!.Value.Count(character => character == 'M') == 2);
    }

    [Fact]
    public void Details_give_curves_along_the_paths_and_precision_and_recall()
    {
        foreach (var trial in (int[])[1, 2])
            PutDetails(trial, SweepStateBuilder.Details(trial));

        var page = Read(new SweepStateBuilder(
                trials:
                [
                    ["base.distribution=gaussian"],
                    ["base.distribution=dirichlet"],
                ]
            ).Succeeds(1, 2.5).Succeeds(2, 2.4));

        var along = page.Descendants("section").Single(section => (string?)section.Attribute("aria-labelledby") == "along-path");
        Assert.Equal(
            ["FID", "KID", "Bits per dimension of the decoded images", "Path typicality"],
            along.Elements("h3").Select(title => title.Value)
        );
        Assert.Equal(4 * 2, along.Descendants("svg").Count());
        Assert.Equal(4 * 2 * 2 * 2, along.Descendants("path").Count());
        Assert.Equal(["any pair", "pairs within a class"], along.Descendants("path").Select(path => path.Value.Split(", ")[1]).Distinct());
        Assert.Contains("100 to 120 for any pairs", along.Value);
        var row = page.Descendants("table")
            .Single(table => (string?)table.Attribute("class") == "support")
            .Element("tbody")!
            .Elements("tr")
            .First();
        Assert.Equal(
            ["0002", "dirichlet", "1\u202f000", "1\u202f437", "0.720 ± 0.010", "0.610 ± 0.020", "9.600", "8.700 ± 0.3"],
            row.Elements().Select(cell => cell.Value.Trim())
        );
    }

    [Fact]
    public void Details_that_cannot_be_read_are_left_out()
    {
        PutSheet(trial: 1, "details.json", "{\"samples\": "u8.ToArray());

        Assert.DoesNotContain(
            "along-path",
            Render(
                new SweepStateBuilder(
                    trials:
                    [
                        [],
                    ]
                ).Succeeds(1, 2.5)
            )
        );
    }

    [Fact]
    public void The_path_that_each_base_is_made_for_stands_side_by_side()
    {
        var submitted = new SweepStateBuilder(
            trials:
            [
                [],
                [],
            ]
        );
        var page = Read(
            submitted
                .Succeeds(1, 2.5, "interpolation-linear.png", "interpolation-slerp.png")
                .Succeeds(2, 2.4, "interpolation-linear.png", "interpolation-simplex.png")
        );

        var pictures = page.Descendants("section").Single(section => (string?)section.Attribute("aria-labelledby") == "pictures");
        Assert.Equal(
            ["Interpolation: along each base's own geometry", "Interpolation: linear"],
            pictures.Elements("h3").Select(title => title.Value)
        );
        Assert.Equal(
            ["simplex", "slerp"],
            pictures.Elements("div").First().Descendants("figcaption").Select(caption => caption.Value.Split(", ")[^1])
        );
    }

    [Fact]
    public void A_sweep_without_a_finished_trial_has_a_report()
    {
        var page = Read(
            new SweepStateBuilder(
                trials:
                [
                    [],
                    [],
                ]
            )
        );

        Assert.Contains("No trial has finished an epoch yet.", page.ToString());
        Assert.Contains("reaches 3.000 bits per dimension there; it has not been evaluated yet.", Render(new SweepStateBuilder(
                    trials:
                    [
                        [],
                    ]
                ).Begins(1).Learns(1, 3)));
        Assert.Equal(
            ["results", "protocol", "origin"],
            page.Descendants("section").Select(section => (string?)section.Attribute("aria-labelledby"))
        );
    }

    [Fact]
    public void A_sweep_of_which_all_failed_says_so()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1).Fails(1, new(AttemptCause.Divergence, "the loss is not finite", "levels.0", 17), 1).IsOver(SweepStatus.Failed);

        var page = Read(story);

        Assert.Contains("Failed: no trial came to an end.", page.ToString());
        var row = page.Descendants("table")
            .Single(table => (string?)table.Attribute("class") == "trouble")
            .Element("tbody")!
            .Elements("tr")
            .Single();
        Assert.Equal(
            ["0001", "training", "failed", "divergence", "levels.0", "17", "the loss is not finite"],
            row.Elements().Select(cell => cell.Value.Trim())
        );
    }

    [Fact]
    public void The_sweep_file_is_there_to_the_letter() =>
        Assert.Equal(
            "name: digits-bases\n\n# é <b>\ttab\n",
            Read(
                    new SweepStateBuilder(
                        file: "name: digits-bases\n\n# é <b>\ttab\n",
                        trials:
                        [
                            [],
                        ]
                    )
                )
                .Descendants("pre")
                .Single()
                .Value
        );

    [Fact]
    public void Writing_again_replaces_the_page_and_leaves_nothing_else()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        );
        HtmlReport.Write(story.State, folder.Data, Context);

        var path = HtmlReport.Write(story.Succeeds(1, 2.5).State, folder.Data, Context);

        Assert.Equal(folder.Data.Report("digits-bases"), path);
        Assert.Contains("2.500 ± 0.004", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Beyond_the_colours_trials_are_grey_and_beyond_the_best_twelve_without_pictures()
    {
        var story = new SweepStateBuilder(trials: [.. Enumerable.Repeat<string[]>([], 14)]);
        for (var trial = 1; trial <= 14; trial++)
            story.Succeeds(trial, 2.3 + 0.01 * trial, "samples.png");

        var page = Read(story);

        Assert.Equal(12, page.Descendants("p").Count(p => (string?)p.Attribute("class") == "missing"));
        Assert.Contains("Of the best 12 of 14 evaluated trials.", page.ToString());
        Assert.Contains(page.Descendants("path"), path => (string?)path.Attribute("class") == "validation grey");
    }

    /// <summary>Something for every section.</summary>
    SweepStateBuilder Full()
    {
        PutSheet(trial: 1, "samples.png", Png);
        var submitted = new SweepStateBuilder(
            trials:
            [
                ["base.distribution=gaussian"],
                ["base.distribution=dirichlet", "base.alpha=2"],
                ["base.distribution=dirichlet", "base.alpha=3"],
            ]
        );
        return submitted
            .Succeeds(1, 2.5, "samples.png")
            .Succeeds(2, 2.4)
            .Begins(3)
            .Fails(3, new(AttemptCause.Crash, "exit code 139"), 1)
            .IsOver(SweepStatus.Completed);
    }

    void PutSheet(int trial, string name, byte[] content)
    {
        var evaluation = folder.Data.Evaluation("digits-bases", trial, 1);
        Directory.CreateDirectory(evaluation);
        File.WriteAllBytes(Path.Combine(evaluation, name), content);
    }

    void PutDetails(int trial, EvaluationDetails details) =>
        PutSheet(trial, EvaluationDetails.FileName, JsonSerializer.SerializeToUtf8Bytes(details, OrchestratorJson.Indented));

    string Render(SweepStateBuilder story) => HtmlReport.Render(story.State, folder.Data, Context);

    XDocument Read(SweepStateBuilder story) => XDocument.Parse(Render(story), LoadOptions.PreserveWhitespace);
}
