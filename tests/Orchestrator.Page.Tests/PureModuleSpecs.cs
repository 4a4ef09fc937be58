using System.Text.Json;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Page.Tests;

/// <summary>The page's pure modules, in the browser that runs them.</summary>
public sealed class PureModuleSpecs(Chromium chromium) : PageSpecs(chromium)
{
    [Fact]
    public async Task Importance_is_one_where_groups_explain_all_and_zero_where_they_explain_nothing()
    {
        var measured = await InPageAsync(
            "importance.js",
            """
            const rows = [];
            for (let i = 0; i < 60; i++) {
              const parameters = { base: 'abc'[i % 3], seed: 'xy'[i % 2], rate: String((i * 7 % 60 + 1) / 1000), same: '1' };
              rows.push({ parameters, value: [1, 2, 4][i % 3] });
            }
            return module.importance(rows, ['same', 'seed', 'rate', 'base']);
            """
        );
        Assert.Equal("base", measured[0].GetProperty("path").GetString());
        Assert.Equal(1, measured[0].GetProperty("share").GetDouble(), 9);
        Assert.Equal([1, 2, 4], measured[0].GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("mean").GetDouble()));
        var by = measured.EnumerateArray().ToDictionary(one => one.GetProperty("path").GetString()!, one => one.GetProperty("share"));
        Assert.Equal(0, by["seed"].GetDouble());
        Assert.Equal(JsonValueKind.Null, by["same"].ValueKind);
        Assert.InRange(by["rate"].GetDouble(), 0, 0.2);
    }

    [Fact]
    public async Task Importance_of_a_small_sample_is_what_the_formula_gives()
    {
        // SS total 5 over 3, SS within 0.5 + 0.5 over 2: 1 - 0.5 / (5 / 3) = 0.7
        var measured = await InPageAsync(
            "importance.js",
            """
            return module.importance([1, 2, 3, 4].map((value, i) => ({ parameters: { p: i < 2 ? 'a' : 'b' }, value })), ['p']);
            """
        );
        Assert.Equal(0.7, measured[0].GetProperty("share").GetDouble(), 9);
    }

    [Fact]
    public async Task Importance_takes_many_numbers_in_fifths_and_trials_without_the_parameter_apart()
    {
        var measured = await InPageAsync(
            "importance.js",
            """
            const rows = Array.from({ length: 50 }, (_, i) => ({ parameters: { rate: String(10 ** (-4 + i / 25)) }, value: i }));
            rows.push({ parameters: {}, value: 7 }, { parameters: { rate: '1' }, value: NaN });
            return module.importance(rows, ['rate']);
            """
        );
        var groups = measured[0].GetProperty("groups").EnumerateArray().ToList();
        Assert.Equal([10, 10, 10, 10, 10, 1], groups.Select(group => group.GetProperty("count").GetInt32()));
        Assert.Equal("not set", groups[^1].GetProperty("label").GetString());
        Assert.InRange(measured[0].GetProperty("share").GetDouble(), 0.9, 1);
    }

    [Fact]
    public async Task Equal_numbers_are_never_in_two_fifths()
    {
        var measured = await InPageAsync(
            "importance.js",
            """
            const values = [1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6];
            return module.importance(values.map(value => ({ parameters: { p: String(value) }, value })), ['p']);
            """
        );
        Assert.Equal(7, measured[0].GetProperty("groups")[0].GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Events_are_put_together_however_the_stream_is_cut()
    {
        var events = await InPageAsync(
            "events.js",
            """
            const text = ': here\n\nid: a1\nevent: trial\ndata: {"x":\ndata: 1}\n\nevent: nodes\r\ndata: {}\r\n\r\ndata: cut';
            const parser = new module.EventParser();
            return [...text].flatMap(letter => parser.push(letter));
            """
        );
        Assert.Equal(2, events.GetArrayLength());
        Assert.Equal(
            "trial {\"x\":\n1} a1",
            $"{events[0].GetProperty("type")} {events[0].GetProperty("data")} {events[0].GetProperty("id")}"
        );
        Assert.Equal("nodes {} a1", $"{events[1].GetProperty("type")} {events[1].GetProperty("data")} {events[1].GetProperty("id")}");
    }

    [Fact]
    public async Task What_is_not_known_is_sorted_last_either_way()
    {
        var orders = await InPageAsync(
            "filter.js",
            """
            const columns = [{ key: 'fid', value: row => row.fid }];
            const rows = [{ id: 'a', fid: 2 }, { id: 'b', fid: null }, { id: 'c', fid: 1 }];
            return ['fid', '-fid'].map(order => module.sorted(rows, order, columns).map(row => row.id).join(''));
            """
        );
        Assert.Equal(["cab", "acb"], orders.EnumerateArray().Select(order => order.GetString()));
    }

    [Fact]
    public async Task Ticks_that_differ_read_differently()
    {
        var found = await InPageAsync(
            "plots/scale.js",
            """
            let seed = 1;
            const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648, wrong = [];
            for (let trial = 0; trial < 20000; trial++) {
              const low = (2 * random() - 1) * 10 ** (60 * random() - 30), width = Math.abs(low) * 10 ** (20 * random() - 17);
              const around = module.linear(...module.padded([low, low + width]), 0, 300);
              for (const scale of [around, module.fitting([Math.abs(low), Math.abs(low) + width], 0, 300)]) {
                const ticks = scale.ticks(5), texts = module.tickTexts(ticks), ends = module.tickTexts([scale.low, scale.high]);
                const repeated = new Set(ticks).size !== ticks.length || new Set(texts).size !== texts.length;
                if (ticks.length > 700 || repeated || scale.high > scale.low && ends[0] === ends[1])
                  wrong.push([scale.low, scale.high, texts]);
                const off = (tick, index) => Math.abs(Number(texts[index].replaceAll('−', '-')) - tick);
                const most = tick => (scale.high - scale.low) / 4 + Number.EPSILON * Math.abs(tick);
                if (ticks.length > 1 && ticks.some((tick, index) => off(tick, index) > most(tick)))
                  wrong.push([scale.low, scale.high, ticks, texts]);
              }
            }
            const values = [[3.00004, 3.00005, 3.00006], [0, 0.5, 1], [-2e-9, 0, 2e-9], [1.5e9, 2e9], [1.25]];
            return [wrong.length, JSON.stringify(wrong.slice(0, 3)), ...values.map(ticks => module.tickTexts(ticks).join(' '))];
            """
        );
        Assert.True(found[0].GetInt32() == 0, found[1].GetString());
        Assert.Equal(
            ["3.00004 3.00005 3.00006", "0 0.5 1.0", "−2e−9 0 2e−9", "1.5e9 2.0e9", "1.25"],
            found.EnumerateArray().Skip(2).Select(text => text.GetString())
        );
    }

    [Fact]
    public async Task Values_that_differ_read_differently_and_stand_in_their_order()
    {
        var found = await InPageAsync(
            "parameters.js",
            """
            const values = ['spline', '0.00100002', '1d', '200', '1.5d', '10d', '0.00100001', 'affine', '1E-05'];
            return [values.map(module.parameterText), values.sort(module.compareValues)].map(list => list.join(' '));
            """
        );
        Assert.Equal("spline 0.00100002 1d 200 1.5d 10d 0.00100001 affine 0.00001", found[0].GetString());
        Assert.Equal("1E-05 0.00100001 0.00100002 200 1d 1.5d 10d affine spline", found[1].GetString());
    }

    [Fact]
    public async Task A_filter_compares_multiples_of_the_dimension_and_knows_a_parameter_by_what_labels_call_it()
    {
        var found = await InPageAsync(
            "filter.js",
            """
            const rows = ['1d', '1.5d', '10d', '3', null].map((kappa, index) => ({ id: String(index), kappa, rate: '0.001' }));
            const kappa = { key: 'base.kappa', value: row => row.kappa };
            const columns = [kappa, { key: 'training.learning_rate', alias: 'lr', value: row => row.rate }];
            const found = text => rows.filter(module.matcher(text, columns)).map(row => row.id).join('');
            return ['kappa<2d', 'kappa>=1.5d', 'kappa=3', 'kappa!=1d', 'kappa<2', 'lr=1e-3', 'lr>0.001'].map(found);
            """
        );
        Assert.Equal(["01", "12", "3", "123", "", "01234", ""], found.EnumerateArray().Select(text => text.GetString()));
    }

    [Fact]
    public async Task Trials_are_ranked_by_validation_alone_and_failed_ones_not_at_all()
    {
        var found = await InPageAsync(
            "ranking.js",
            """
            const row = (id, state, validation_bits_per_dim, test_bits_per_dim) =>
              ({ id, state, validation_bits_per_dim, test_bits_per_dim });
            const rows = [
              row('0001', 'completed', 2.34, 2.3), row('0002', 'completed', 2.336, 2.4), row('0003', 'failed', 1),
              row('0004', 'pending', null), row('0005', 'running', 2.5)];
            return [module.ranked(rows), rows.sort(module.byRank(rows))].map(list => list.map(one => one.id).join(' '));
            """
        );
        Assert.Equal(["0002 0001 0005", "0002 0001 0005 0004 0003"], found.EnumerateArray().Select(text => text.GetString()));
    }

    [Fact]
    public async Task Trials_are_ranked_as_the_server_ranks_them()
    {
        var random = new Random(7);
        var rows = Enumerable
            .Range(1, 400)
            .Select(number => new RankingKey(
                (TrialStatus)random.Next(Enum.GetValues<TrialStatus>().Length),
                random.Next(5) == 0 ? null : random.Next(60) / 16.0,
                TrialId.Of(number)
            )
            {
                IsDropped = random.Next(8) == 0,
            })
            .OrderBy(_ => random.Next())
            .ToList();
        var json = JsonSerializer.Serialize(
            rows.Select(row => new
            {
                id = row.Trial,
                dropped = row.IsDropped,
                state = row.Status,
                validation_bits_per_dim = row.ValidationBitsPerDim,
            }),
            OrchestratorJson.Compact
        );
        var found = await InPageAsync(
            "ranking.js",
            $"const rows = {json}; return [module.ranked(rows), rows.sort(module.byRank(rows))].map(list => list.map(one => one.id));"
        );
        var ranked = TrialRanking.Of(rows, row => row);
        Assert.Equal(ranked.Where(one => one.Rank is not null).Select(one => one.Trial.Trial), Ids(found[0]));
        Assert.Equal(ranked.Select(one => one.Trial.Trial), Ids(found[1]));

        static IEnumerable<string?> Ids(JsonElement list) => list.EnumerateArray().Select(id => id.GetString());
    }

    async Task<JsonElement> InPageAsync(string module, string body)
    {
        var session = await OpenAsync();
        return (await session.Page.EvaluateAsync($"async () => {{ const module = await import('/page/{module}'); {body} }}"))!.Value;
    }
}
