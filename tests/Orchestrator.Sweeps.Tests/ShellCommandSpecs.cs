using System.Diagnostics;

namespace Orchestrator.Sweeps.Tests;

/// <summary>What a shell makes of a command that this program prints.</summary>
[Trait("Needs", "process")]
public sealed class ShellCommandSpecs
{
    [Theory]
    [InlineData("plain/path_1.yaml")]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("it's")]
    [InlineData("\"quoted\" and `run` $HOME $(reboot) ${x} !! \\ * ? [a] {b,c} ~ # & | ; < > ( )")]
    [InlineData("two\nlines")]
    [InlineData("it's\ttwo\r\nlines with \\ and \u001b[31m colour\u0007 7")]
    [InlineData("~/home")]
    [InlineData("-leading")]
    [InlineData("=ls")]
    [InlineData("Überraschung 日本 😀")]
    [InlineData("hidden \u202e right to left \u2028 line \u0085")]
    public async Task A_word_reaches_the_program_as_it_was_and_stays_on_one_line(string word)
    {
        var command = ShellCommand.Of("sweep", word, "end");
        Assert.DoesNotContain(command, char.IsControl);
        Assert.Equal(["sweep", word, "end"], await Typed(command));
    }

    [Fact]
    public void What_needs_no_quotes_has_none() =>
        Assert.Equal(
            "orchestrator sweep run /data/sweeps/digits.yaml --slots 4",
            ShellCommand.Of("sweep", "run", "/data/sweeps/digits.yaml", "--slots", "4")
        );

    // A bash in which the program is a function that prints its arguments.
    static async Task<string[]> Typed(string command)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
        };
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync("orchestrator() { printf '%s\\0' \"$@\"; }\n" + command + "\n");
        bash.StandardInput.Close();
        var said = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return said.Split('\0')[..^1];
    }
}
