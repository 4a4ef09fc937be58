using System.IO.Compression;
using System.Net.Sockets;
using Orchestrator.Training.Files;

namespace Orchestrator.Training.Tests.Files;

public sealed class RegularFileSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_regular_file_is_read_whole_also_through_links()
    {
        File.WriteAllBytes(folder.At("a"), [1, 2, 3]);
        File.CreateSymbolicLink(folder.At("b"), "a");
        Assert.Equal([1, 2, 3], RegularFile.ReadAll(folder.At("b"), 3));
        Assert.Equal(PathFacts.Of(folder.At("a")), PathFacts.Of(folder.At("b")));
        Assert.NotEqual(PathFacts.Of(folder.At("a")).Identity, PathFacts.Of(folder.Path).Identity);
    }

    [Theory]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/proc/self/environ", "empty")]
    [InlineData("/proc/kmsg", "empty")]
    [InlineData("/", "a folder")]
    public void What_only_looks_like_a_file_is_refused_at_once(string path, string why) => Refused(path, 100, why);

    [Fact]
    public void Pipes_sockets_circles_and_nothing_are_refused_at_once()
    {
        NamedPipe.Make(folder.At("pipe"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder.At("socket")));
        File.CreateSymbolicLink(folder.At("to-pipe"), "pipe");
        File.CreateSymbolicLink(folder.At("round"), "about");
        File.CreateSymbolicLink(folder.At("about"), "round");
        File.CreateSymbolicLink(folder.At("dangling"), "nothing");
        Refused(folder.At("pipe"), 100, "a named pipe");
        Refused(folder.At("to-pipe"), 100, "a named pipe");
        Refused(folder.At("socket"), 100, "a socket");
        Refused(folder.At("round"), 100, "in a circle");
        Refused(folder.At("dangling"), 100, "no such file");
        Refused(folder.At("none"), 100, "no such file");
    }

    [Fact]
    public void A_file_above_the_largest_size_is_refused_with_both_sizes()
    {
        using (var large = File.Create(folder.At("large")))
            large.SetLength(5L << 30);
        Refused(folder.At("large"), 2 << 20, "5 GiB; at most 2 MiB");
    }

    [Fact]
    public void A_content_that_grows_out_of_proportion_is_not_unpacked()
    {
        var growth = Assert.Throws<InvalidDataException>(() => Growth.Check(1 << 30, 1 << 20, () => throw new InvalidOperationException()));
        Assert.Contains("1 GiB in 1 MiB: more than 100 times", growth.Message);
        Growth.Check(Growth.Small, 1, () => throw new InvalidOperationException());
    }

    [Fact]
    public void A_large_content_is_counted_before_memory_is_taken_for_it()
    {
        Assert.Contains("found 67108863", Lie((64 << 20) - 1));
        Assert.Contains("found more", Lie(65 << 20));

        static string Lie(int length) =>
            Assert.Throws<InvalidDataException>(() => Growth.Check(64 << 20, 1 << 20, () => new MemoryStream(new byte[length]))).Message;
    }

    [Fact]
    public void An_archive_with_a_long_list_or_one_name_twice_is_refused()
    {
        Assert.Contains("holds a 2 times", Assert.Throws<InvalidDataException>(() => BoundedZip.Open(Zip(["a", "a"]))).Message);
        Assert.Contains(
            "at most 1 MiB",
            Assert.Throws<InvalidDataException>(() => BoundedZip.Open(Zip([.. Enumerable.Range(0, 30_000).Select(i => $"{i}")]))).Message
        );
        Assert.Contains("cut", Assert.Throws<InvalidDataException>(() => BoundedZip.Open(new MemoryStream(new byte[100]))).Message);
    }

    static void Refused(string path, long most, string why)
    {
        var refused = Assert.ThrowsAny<Exception>(() => RegularFile.Open(path, most));
        Assert.True(refused is IOException or InvalidDataException, $"{refused}");
        Assert.Contains(why, refused.Message);
    }

    static MemoryStream Zip(string[] names)
    {
        var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var name in names)
                archive.CreateEntry(name);
        return buffer;
    }
}
