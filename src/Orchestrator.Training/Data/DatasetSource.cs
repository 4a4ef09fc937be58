using System.Collections.Immutable;

namespace Orchestrator.Training.Data;

/// <summary>A published data set: where it comes from, and how its folder is read.</summary>
/// <param name="Address">The official folder, fetched from on demand.</param>
/// <param name="Missing">Names of the files that a folder lacks.</param>
/// <param name="Load">Reads the data set of this name from a folder that lacks nothing.</param>
/// <param name="Package">Debian package that brings the data set, where there is one.</param>
sealed record DatasetSource(
    string Name,
    string Address,
    ImmutableArray<PublishedFile> Files,
    Func<string, IEnumerable<string>> Missing,
    Func<string, string, ImageDataset> Load,
    string? Package = null
)
{
    /// <summary>Debian's data set packages install into a folder named after the data set.</summary>
    public string? PackageFolder => Package is null ? null : Path.Combine("/usr/share/datasets", Name);

    public static ImmutableArray<DatasetSource> All { get; } =
    [
        Idx(
            "fashion-mnist",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            [
                new(
                    IdxFolder.TrainImages + ".gz",
                    "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
                ),
                new(
                    IdxFolder.TrainLabels + ".gz",
                    "25c81989df183df01b3e8a0aad5dffbe",
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
                ),
                new(
                    IdxFolder.TestImages + ".gz",
                    "bef4ecab320f06d8554ea6380940ec79",
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
                ),
                new(
                    IdxFolder.TestLabels + ".gz",
                    "bb300cfdad3c16e7a12a480ee83cd310",
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
                ),
            ],
            "dataset-fashion-mnist"
        ),
        Idx(
            "mnist",
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            [
                new(IdxFolder.TrainImages + ".gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                new(IdxFolder.TrainLabels + ".gz", "d53e105ee54ea40749a09fcbcd1e9432"),
                new(IdxFolder.TestImages + ".gz", "9fb629c4189551a2d022fa330f9573f3"),
                new(IdxFolder.TestLabels + ".gz", "ec29112dd5afa0611ce80d1b7f02629c"),
            ]
        ),
        Idx(
            "kmnist",
            "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            [
                new(IdxFolder.TrainImages + ".gz", "bdb82020997e1d708af4cf47b453dcf7"),
                new(IdxFolder.TrainLabels + ".gz", "e144d726b3acfaa3e44228e80efcd344"),
                new(IdxFolder.TestImages + ".gz", "5c965bf0a639b31b8f53240b1b52f4d7"),
                new(IdxFolder.TestLabels + ".gz", "7320c461ea6c1c855c0b718fb2a4b134"),
            ]
        ),
        new(
            "cifar10",
            "https://www.cs.toronto.edu/~kriz/",
            [new(CifarFolder.Archive, "c32a1d4ab5d03f1284b67883e8d87530")],
            CifarFolder.Missing,
            CifarFolder.Load
        ),
    ];

    public static DatasetSource? Of(string name) => All.FirstOrDefault(s => s.Name == name);

    static DatasetSource Idx(string name, string address, ImmutableArray<PublishedFile> files, string? package = null) =>
        new(name, address, files, IdxFolder.Missing, IdxFolder.Load, package);
}

/// <param name="Md5">MD5 of the published file.</param>
/// <param name="ContentSha256">SHA-256 of the unpacked content of a gzip file: distributions repack it.</param>
sealed record PublishedFile(string Name, string Md5, string? ContentSha256 = null);
