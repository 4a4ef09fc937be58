namespace Orchestrator.Sweeps.Tests;

public sealed class UserPathSpecs
{
    static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [Fact]
    public void A_leading_tilde_is_the_home_folder()
    {
        Assert.Equal(Home, UserPath.Expand("~"));
        Assert.Equal($"{Home}/runs", UserPath.Expand("~/runs"));
        Assert.Equal($"{Home}/runs", UserPath.Full("~/a/../runs"));
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("./~/runs")]
    [InlineData("/data/~/runs")]
    [InlineData("runs~")]
    public void A_tilde_anywhere_else_is_a_character(string path) => Assert.Equal(path, UserPath.Expand(path));

    [Theory]
    [InlineData("~somebody/runs", "./~somebody/runs")]
    [InlineData("~+", "./~+")]
    public void The_home_of_somebody_else_is_refused_with_what_to_write(string path, string remedy) =>
        Assert.Contains(remedy, Assert.Throws<UserPathException>(() => UserPath.Full(path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void What_is_no_path_is_refused(string path) => Assert.Throws<UserPathException>(() => UserPath.Full(path));
}
