using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

public sealed class SweepFileEditSpecs
{
    const string Absolute = "idx:/a \"b\"/c: d #e";

    [Theory]
    [InlineData("name: x\ndataset: idx:data   # mine\nseed: 3\n")]
    [InlineData("# größer 🙂 first\nname: x\r\ndataset: 'idx:data'\r\nseed: 3\r\n")]
    [InlineData("{ name: x, dataset: \"idx:data\", seed: 3 }")]
    [InlineData("seed: 3\nname: x\ndataset: idx:data")]
    [InlineData("name: x\ndataset: >-\n  idx:data\nseed: 3\n")]
    [InlineData("name: x\nparameters: { flow.steps: [1, 2] }\n? dataset\n: idx:data\nseed: 3\n")]
    public void A_data_set_is_replaced_where_it_stands_and_all_else_stays(string text)
    {
        var changed = SweepFileEdit.WithDataset(text, Absolute);
        var (before, after) = (SweepFile.Parse(text, "a.yaml"), SweepFile.Parse(changed, "a.yaml"));
        Assert.Equal(Absolute, after.Dataset);
        Assert.Equal(before.ToJson(), (after with { Dataset = before.Dataset }).ToJson());
        Assert.Equal(text.Contains("# mine", StringComparison.Ordinal), changed.Contains("   # mine\nseed", StringComparison.Ordinal));
        Assert.Equal(text.Count(character => character == '#'), changed.Count(character => character == '#') - 1);
    }

    [Theory]
    [InlineData("idx:data", "idx:/home/me/data")]
    [InlineData("idx:./data", "idx:/home/me/data")]
    [InlineData("idx:../data/", "idx:/home/data/")]
    [InlineData("idx:/data", "idx:/data")]
    [InlineData("digits", "digits")]
    public void A_relative_folder_is_relative_to_one(string dataset, string absolute)
    {
        Assert.Equal(absolute, DatasetIdentity.Absolute(dataset, "/home/me"));
        Assert.Equal(dataset != absolute, DatasetIdentity.IsRelative(dataset));
    }
}
