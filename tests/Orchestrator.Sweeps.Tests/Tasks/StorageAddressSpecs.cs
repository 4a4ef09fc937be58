using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Tasks;

public sealed class StorageAddressSpecs
{
    [Fact]
    public void A_bucket_alone_is_at_Amazon()
    {
        Assert.Equal(new StorageAddress("flows", "", null, "us-east-1", PathStyle: false), StorageAddress.Parse("s3://flows"));
        Assert.Equal(
            new StorageAddress("flows", "a/b", null, "eu-central-1", PathStyle: false),
            StorageAddress.Parse("s3://flows/a/b/?region=eu-central-1")
        );
    }

    [Fact]
    public void A_server_of_ones_own_has_buckets_in_its_path_unless_told_otherwise()
    {
        var own = new StorageAddress("flows", "x", new Uri("http://host:9000"), "us-east-1", PathStyle: true);
        Assert.Equal(own, StorageAddress.Parse("s3://flows/x?endpoint=http://host:9000"));
        Assert.Equal(own, StorageAddress.Parse("s3://flows/x?endpoint=http%3A%2F%2Fhost%3A9000&path_style=true"));
        Assert.Equal(own with { PathStyle = false }, StorageAddress.Parse("s3://flows/x?path_style=false&endpoint=http://host:9000"));
    }

    [Theory]
    [InlineData("", "expected an address such as s3://")]
    [InlineData("/shared/folder", "expected an address such as s3://")]
    [InlineData("s3://", "bucket's name")]
    [InlineData("s3://Flows", "found 'Flows'")]
    [InlineData("s3://flows/a//b", "found 'a//b'")]
    [InlineData("s3://flows/../b", "found '../b'")]
    [InlineData("s3://flows?endpoint=host:9000", "an endpoint such as")]
    [InlineData("s3://flows?endpoint=http://host/path", "an endpoint such as")]
    [InlineData("s3://flows?path_style=yes", "found 'yes'")]
    [InlineData("s3://flows?region=eu.west", "found 'eu.west'")]
    [InlineData("s3://flows?region=", "one value of region")]
    [InlineData("s3://flows?region=a&region=b", "one value of region")]
    [InlineData("s3://flows?pathstyle=true", "unknown setting 'pathstyle'; expected endpoint, region or path_style")]
    public void What_is_wrong_is_said(string address, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => StorageAddress.Parse(address)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("s3://key:hunter2@flows")]
    [InlineData("s3://flows?endpoint=http://key:hunter2@host")]
    [InlineData("s3://flows?endpoint=http%3A%2F%2Fkey:hunter2%40host")]
    [InlineData("s3://flows?secret=hunter2")]
    public void Credentials_are_refused_and_never_repeated(string address) =>
        Assert.DoesNotContain(
            "hunter2",
            Assert.Throws<FormatException>(() => StorageAddress.Parse(address)).Message,
            StringComparison.Ordinal
        );
}
