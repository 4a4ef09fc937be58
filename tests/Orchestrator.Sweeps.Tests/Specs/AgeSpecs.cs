using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class AgeSpecs
{
    [Theory]
    [InlineData("30d", 30 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("12h", 12 * 60)]
    [InlineData("90m", 90)]
    [InlineData("0d", 0)]
    public void An_age_is_a_number_and_its_unit(string text, int minutes)
    {
        Assert.True(Age.TryParse(text, out var age));
        Assert.Equal(TimeSpan.FromMinutes(minutes), age);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("30")]
    [InlineData("-1d")]
    [InlineData("1.5d")]
    [InlineData("30 d")]
    [InlineData("30y")]
    [InlineData("2147483647w")]
    public void Anything_else_is_none(string text) => Assert.False(Age.TryParse(text, out _));

    [Theory]
    [InlineData("50GB", 50_000_000_000)]
    [InlineData("1.5kB", 1500)]
    [InlineData("2GiB", 2L << 30)]
    public void A_size_of_a_call_may_be_decimal(string text, long bytes)
    {
        Assert.True(ByteSize.TryParseAny(text, out var read));
        Assert.Equal(bytes, read);
        Assert.Equal(text.Contains('i', StringComparison.Ordinal), ByteSize.TryParse(text, out _));
    }
}
