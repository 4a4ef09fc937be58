using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>Paths and limits that no program can work with: one line that says which and what to do, and never a stack trace.</summary>
public sealed class PlaceSpecs
{
    [Theory]
    [InlineData("touch f; \"$ORC\" sweep run sweep.yaml --data-dir f", 2, "/f")]
    [InlineData("touch f; \"$ORC\" sweep run sweep.yaml --data-dir f/below", 2, "/f/below")]
    [InlineData("\"$ORC\" sweep run sweep.yaml --data-dir /dev/null", 2, "/dev/null")]
    [InlineData("ln -s nowhere/at/all l; \"$ORC\" sweep run sweep.yaml --data-dir l", 2, "/l")]
    [InlineData("ln -s l l; \"$ORC\" sweep run sweep.yaml --data-dir l/x", 2, "/l/x")]
    [InlineData("\"$ORC\" sweep run sweep.yaml --data-dir /proc/nowhere", 2, "/proc/nowhere")]
    [InlineData("\"$ORC\" sweep run sweep.yaml --data-dir \"$(printf 'd%.0s' $(seq 300))\"", 2, "too long")]
    [InlineData(
        "\"$ORC\" sweep run sweep.yaml --data-dir \"$(printf 'dir/%.0s' $(seq 150))\"",
        2,
        "--data-dir: the path of the data folder is too long"
    )]
    [InlineData(
        "\"$ORC\" sweep list --data-dir \"$(printf 'dir/%.0s' $(seq 2000))\"",
        2,
        "--data-dir: the path of the data folder is too long"
    )]
    [InlineData("\"$ORC\" sweep run sweep.yaml --data-dir ''", 2, "path")]
    [InlineData("\"$ORC\" sweep run sweep.yaml --data-dir=~nobodyatall/runs", 2, "'~nobodyatall/runs': only a shell knows")]
    [InlineData("\"$ORC\" sweep run sweep.yaml/x", 2, "sweep.yaml/x")]
    [InlineData("\"$ORC\" sweep run .", 2, ".: is a folder")]
    [InlineData("\"$ORC\" sweep export small --to ~nobodyatall/x.csv", 2, "'~nobodyatall/x.csv': only a shell knows")]
    [InlineData(
        "\"$ORC\" node start --role coordinator --data-dir=~nobodyatall/runs",
        2,
        "data-dir (from --data-dir): '~nobodyatall/runs'"
    )]
    [InlineData("touch f; \"$ORC\" node start --role coordinator --port 0 --http-port 0 --data-dir f", 2, "/f")]
    [InlineData("\"$ORC\" node start --role coordinator --config '~nobodyatall/x'", 2, "'~nobodyatall/x': only a shell knows")]
    [InlineData(
        "sed -i 's,digits,\"idx:~nobodyatall/d\",' sweep.yaml; \"$ORC\" sweep run sweep.yaml",
        2,
        "'~nobodyatall/d': only a shell knows"
    )]
    [InlineData("ulimit -n 40; \"$ORC\" sweep list", 2, "ulimit -n")]
    [InlineData("ulimit -n 128; \"$ORC\" sweep run sweep.yaml", 2, "ulimit -n")]
    [InlineData("ulimit -n 300; \"$ORC\" node start --role coordinator", 2, "ulimit -n")]
    [InlineData("ulimit -n 400; \"$ORC\" sweep run sweep.yaml --slots 64", 2, "ulimit -n")]
    public async Task What_cannot_be_is_refused_in_one_line(string script, int exit, string what)
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = TinySweep.Shell(folder.Root, script);
        await run.ExitsWith(exit);
        Assert.Contains(what, Assert.Single(run.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"$ORC\" sweep run '~/sweep.yaml' --data-dir=~/runs --slots 1")]
    [InlineData("ulimit -S -n 64; \"$ORC\" sweep run sweep.yaml --slots 1")]
    public async Task What_can_be_made_good_is(string script)
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = TinySweep.Shell(folder.Root, $"export HOME=\"$PWD\"; {script}");
        await run.ExitsWith(0);
        Assert.True(File.Exists(folder.Data.Journal));
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "~")));
    }

    [Fact]
    public async Task Where_an_error_arose_is_shown_to_who_asks_and_to_nobody_else()
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = TinySweep.Shell(
            folder.Root,
            "mkdir -p runs && printf 'this is no database, but long enough to be read as one by somebody who looks at the first hundred "
                + "bytes of it' > runs/journal.db; \"$ORC\" sweep list; ORCHESTRATOR_DEBUG=1 \"$ORC\" sweep list"
        );
        await run.ExitsWith(2);
        // Once in a line, and once more with everything.
        Assert.Equal(
            2,
            run.Errors.Split('\n').Count(line => line.StartsWith($"{folder.Data.Journal} is no SQLite file", StringComparison.Ordinal))
        );
        Assert.Contains("   at ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", string.Concat(run.Errors.Split('\n').Take(2)), StringComparison.Ordinal);
    }
}
