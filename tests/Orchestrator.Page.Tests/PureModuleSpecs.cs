using System.Text.Json;
using Orchestrator.Page.Tests.Running;

namespace Orchestrator.Page.Tests;

/// <summary>The page's pure modules, in the browser that runs them.</summary>
public sealed class PureModuleSpecs(Chromium chromium) : PageSpecs(chromium)
{
    [Fact]
    public async Task Importance_is_one_where_groups_explain_all_and_zero_where_they_explain_nothing()
    {
        var measured = await InPageAsync("importance.js", """
            const rows = [];
            for (let i = 0; i < 60; i++) rows.push({ parameters: { base: 'abc'[i % 3], seed: 'xy'[i % 2], rate: String((i * 7 % 60 + 1) / 1000), same: '1' }, value: [1, 2, 4][i % 3] });
            return module.importance(rows, ['same', 'seed', 'rate', 'base']);
            """);
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
        var measured = await InPageAsync("importance.js", """
            return module.importance([1, 2, 3, 4].map((value, i) => ({ parameters: { p: i < 2 ? 'a' : 'b' }, value })), ['p']);
            """);
        Assert.Equal(0.7, measured[0].GetProperty("share").GetDouble(), 9);
    }

    [Fact]
    public async Task Importance_takes_many_numbers_in_fifths_and_trials_without_the_parameter_apart()
    {
        var measured = await InPageAsync("importance.js", """
            const rows = Array.from({ length: 50 }, (_, i) => ({ parameters: { rate: String(10 ** (-4 + i / 25)) }, value: i }));
            rows.push({ parameters: {}, value: 7 }, { parameters: { rate: '1' }, value: NaN });
            return module.importance(rows, ['rate']);
            """);
        var groups = measured[0].GetProperty("groups").EnumerateArray().ToList();
        Assert.Equal([10, 10, 10, 10, 10, 1], groups.Select(group => group.GetProperty("count").GetInt32()));
        Assert.Equal("not set", groups[^1].GetProperty("label").GetString());
        Assert.InRange(measured[0].GetProperty("share").GetDouble(), 0.9, 1);
    }

    [Fact]
    public async Task Equal_numbers_are_never_in_two_fifths()
    {
        var measured = await InPageAsync("importance.js", """
            const values = [1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6];
            return module.importance(values.map(value => ({ parameters: { p: String(value) }, value })), ['p']);
            """);
        Assert.Equal(7, measured[0].GetProperty("groups")[0].GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Events_are_put_together_however_the_stream_is_cut()
    {
        var events = await InPageAsync("events.js", """
            const text = ': here\n\nid: a1\nevent: trial\ndata: {"x":\ndata: 1}\n\nevent: nodes\r\ndata: {}\r\n\r\ndata: cut';
            const parser = new module.EventParser();
            return [...text].flatMap(letter => parser.push(letter));
            """);
        Assert.Equal(2, events.GetArrayLength());
        Assert.Equal("trial {\"x\":\n1} a1", $"{events[0].GetProperty("type")} {events[0].GetProperty("data")} {events[0].GetProperty("id")}");
        Assert.Equal("nodes {} a1", $"{events[1].GetProperty("type")} {events[1].GetProperty("data")} {events[1].GetProperty("id")}");
    }

    [Fact]
    public async Task What_is_not_known_is_sorted_last_either_way()
    {
        var orders = await InPageAsync("filter.js", """
            const columns = [{ key: 'fid', value: row => row.fid }], rows = [{ id: 'a', fid: 2 }, { id: 'b', fid: null }, { id: 'c', fid: 1 }];
            return ['fid', '-fid'].map(order => module.sorted(rows, order, columns).map(row => row.id).join(''));
            """);
        Assert.Equal(["cab", "acb"], orders.EnumerateArray().Select(order => order.GetString()));
    }

    async Task<JsonElement> InPageAsync(string module, string body)
    {
        var session = await OpenAsync();
        return (await session.Page.EvaluateAsync($"async () => {{ const module = await import('/page/{module}'); {body} }}"))!.Value;
    }
}
