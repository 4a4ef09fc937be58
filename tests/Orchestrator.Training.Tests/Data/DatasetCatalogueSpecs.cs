using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Tests.Data;

public sealed class DatasetCatalogueSpecs
{
    [Fact]
    public void A_data_set_that_is_missing_says_where_it_was_looked_for_and_what_to_do()
    {
        using var root = new TemporaryFolder();
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue(root.Path).Load("kmnist"));
        Assert.Contains(root.At("kmnist"), error.Message);
        Assert.EndsWith("orchestrator data fetch kmnist", error.Message);
    }

    [Fact]
    public void What_to_do_fetches_into_the_data_folder_that_was_looked_in()
    {
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("/nowhere/it's here/datasets").Load("kmnist"));
        Assert.EndsWith(@"orchestrator data fetch kmnist --data-dir '/nowhere/it'\''s here'", error.Message);
    }

    [Fact]
    public void Fashion_mnist_is_also_offered_as_a_package()
    {
        using var root = new TemporaryFolder();
        var status = new DatasetCatalogue(root.Path).List().Single(s => s.Name == "fashion-mnist");
        Assert.Contains("apt install dataset-fashion-mnist", status.HowToGet ?? "apt install dataset-fashion-mnist");
        Assert.Equal(status.Found is null, status.HowToGet is not null);
    }

    [Fact]
    public void A_data_set_in_the_catalogues_folder_is_found()
    {
        using var root = new TemporaryFolder();
        IdxSample.Write(root.At("mnist"), train: 12, test: 2, gzip: true);
        Assert.Equal(root.At("mnist"), new DatasetCatalogue(root.Path).List().Single(s => s.Name == "mnist").Found);
        Assert.Equal(11, new DatasetCatalogue(root.Path).Load("mnist").Train.Count);
    }

    [Theory]
    [InlineData("digit", "unknown data set digit; expected digits")]
    [InlineData("cifar10", "data set cifar10 is not on this machine: looked in nowhere/cifar10. orchestrator data fetch cifar10")]
    [InlineData("npz:x.npz", "not supported yet")]
    [InlineData("folder:x", "not supported yet")]
    [InlineData("idx:no-such-folder", "no folder")]
    [InlineData("idx:.", "no file train-images-idx3-ubyte")]
    public void A_name_that_means_nothing_here_is_refused(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Find(name)).Message);

    [Fact]
    public async Task Files_are_fetched_from_an_address_once_and_kept_whole()
    {
        using var mirror = new TemporaryFolder();
        using var root = new TemporaryFolder();
        IdxSample.Write(mirror.Path, train: 24, test: 2, gzip: true);
        var source = SourceOf(mirror.Path);
        source = source with { Files = [.. source.Files.Select(f => f with { ContentSha256 = null })] };
        await using (var server = new LoopbackServer(mirror.Path))
        {
            using var fetch = new DatasetFetch(source, server.Address, root.At("sample"));
            await fetch.Run(null, TestContext.Current.CancellationToken);
            await fetch.Run(null, TestContext.Current.CancellationToken);
            Assert.Equal(4, server.Requests);
            File.WriteAllText(Path.Combine(root.At("sample"), source.Files[0].Name), "damaged");
            await fetch.Run(null, TestContext.Current.CancellationToken);
            Assert.Equal(5, server.Requests);
        }

        Assert.Equal(
            source.Files.Select(f => f.Name).Order(),
            Directory.EnumerateFiles(root.At("sample")).Select(Path.GetFileName).Order()
        );
        Assert.Equal(22, new DatasetCatalogue(root.Path).Load("idx:" + root.At("sample")).Train.Count);
    }

    [Fact]
    public async Task A_file_that_is_not_the_published_one_is_refused_and_not_kept()
    {
        using var mirror = new TemporaryFolder();
        using var root = new TemporaryFolder();
        IdxSample.Write(mirror.Path, train: 24, test: 2, gzip: true);
        var error = await Assert.ThrowsAsync<DatasetException>(() =>
            new DatasetCatalogue(root.Path).Fetch("kmnist", mirror.Path, cancel: TestContext.Current.CancellationToken)
        );
        Assert.Contains("expected bdb82020997e1d708af4cf47b453dcf7", error.Message);
        Assert.Empty(Directory.EnumerateFiles(root.At("kmnist")));
    }

    [Fact]
    public async Task A_repacked_file_with_the_published_content_is_accepted()
    {
        using var mirror = new TemporaryFolder();
        using var root = new TemporaryFolder();
        IdxSample.Write(mirror.Path, train: 24, test: 2, gzip: true);
        var source = SourceOf(mirror.Path);
        source = source with { Files = [.. source.Files.Select(f => f with { Md5 = "another packing" })] };
        using var fetch = new DatasetFetch(source, mirror.Path, root.At("sample"));
        await fetch.Run(null, TestContext.Current.CancellationToken);
        Assert.Equal(4, Directory.EnumerateFiles(root.At("sample")).Count());
    }

    [Fact]
    public async Task A_server_that_has_not_the_file_is_named()
    {
        using var root = new TemporaryFolder();
        await using var server = new LoopbackServer(root.Path);
        var error = await Assert.ThrowsAsync<DatasetException>(() =>
            new DatasetCatalogue(root.Path).Fetch("mnist", server.Address, cancel: TestContext.Current.CancellationToken)
        );
        Assert.Contains(server.Address, error.Message);
        Assert.Contains("404", error.Message);
    }

    static DatasetSource SourceOf(string folder) =>
        new(
            "sample",
            "http://unused/",
            [
                .. Directory
                    .EnumerateFiles(folder)
                    .Order()
                    .Select(path =>
                    {
                        using var content = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
                        return new PublishedFile(
                            Path.GetFileName(path),
                            Convert.ToHexStringLower(MD5.HashData(File.ReadAllBytes(path))),
                            Convert.ToHexStringLower(SHA256.HashData(content))
                        );
                    }),
            ],
            IdxFolder.Missing,
            IdxFolder.Load
        );

    /// <summary>Serves the files of a folder on 127.0.0.1.</summary>
    sealed class LoopbackServer : IAsyncDisposable
    {
        readonly HttpListener listener;
        readonly Task serving;

        public LoopbackServer(string folder)
        {
            (listener, Address) = Listen();
            serving = Serve(folder);
        }

        public string Address { get; }

        public int Requests { get; private set; }

        static (HttpListener, string) Listen()
        {
            // HttpListener cannot pick a free port itself.
            for (var port = 42000; ; port++)
            {
                var listener = new HttpListener();
                listener.Prefixes.Add($"http://127.0.0.1:{port}/");
                try
                {
                    listener.Start();
                    return (listener, $"http://127.0.0.1:{port}/");
                }
                catch (HttpListenerException) when (port < 42100)
                {
                    listener.Close();
                }
            }
        }

        async Task Serve(string folder)
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                Requests++;
                var file = Path.Combine(folder, Path.GetFileName(context.Request.Url!.LocalPath));
                if (File.Exists(file))
                    await context.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(file));
                else
                    context.Response.StatusCode = 404;
                context.Response.Close();
            }
        }

        public async ValueTask DisposeAsync()
        {
            listener.Close();
            await serving;
        }
    }

    [Fact]
    public void Half_of_a_published_data_set_is_told_with_what_it_lacks()
    {
        using var root = new TemporaryFolder();
        IdxSample.Write(root.At("mnist"), train: 24, test: 4, gzip: true);
        File.Delete(Path.Combine(root.At("mnist"), "t10k-labels-idx1-ubyte.gz"));
        Assert.Contains(
            $"looked in {root.At("mnist")} (no t10k-labels-idx1-ubyte in it)",
            Assert.Throws<DatasetException>(() => new DatasetCatalogue(root.Path).Find("mnist")).Message,
            StringComparison.Ordinal
        );
    }
}
