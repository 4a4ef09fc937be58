using System.Formats.Tar;
using System.IO.Compression;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Files;

namespace Orchestrator.Training.Data;

/// <summary>
/// A folder with CIFAR-10's binary version: its published archive, or the six files from it. Each file is a row of records of one byte of
/// label and 3072 bytes of pixels, the red, the green and the blue plane of 32×32, row by row
/// (https://www.cs.toronto.edu/~kriz/cifar.html).
/// </summary>
static class CifarFolder
{
    public const string Archive = "cifar-10-binary.tar.gz";

    const string Test = "test_batch.bin";
    const int Levels = 256,
        Classes = 10;
    static readonly ImageShape Shape = new(3, 32, 32);
    static readonly string[] Train = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    static int Record => 1 + Shape.Dimension;

    /// <summary>Each published file has 10,000 records.</summary>
    static long LargestFile => 10_000L * Record;

    /// <summary>The published archive takes 170 MB and unpacks to 184.</summary>
    const long LargestArchive = 256 << 20;

    public static IEnumerable<string> Missing(string folder) =>
        File.Exists(Path.Combine(folder, Archive)) ? [] : Train.Append(Test).Where(name => !File.Exists(Path.Combine(folder, name)));

    /// <exception cref="DatasetException">A file is missing, or is not of this form.</exception>
    public static ImageDataset Load(string name, string folder)
    {
        var files = File.Exists(Path.Combine(folder, Archive))
            ? Unpack(Path.Combine(folder, Archive))
            : Train.Append(Test).ToDictionary(file => file, file => Read(Path.Combine(folder, file)));
        if (Train.Append(Test).FirstOrDefault(file => !files.ContainsKey(file)) is { } missing)
            throw new DatasetException($"{Path.Combine(folder, Archive)}: no file {missing} in it");
        var (official, test) = (Split(folder, Train, files), Split(folder, [Test], files));
        return TrainingSplit.Of(name, folder, Levels, Classes, official, test);
    }

    static byte[] Read(string path)
    {
        try
        {
            return RegularFile.ReadAll(path, LargestFile);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: {e.Message}", e);
        }
    }

    static Dictionary<string, byte[]> Unpack(string archive)
    {
        try
        {
            using var file = RegularFile.Open(archive, LargestArchive);
            using var tar = new TarReader(new LimitedStream(new GZipStream(file, CompressionMode.Decompress), LargestArchive));
            var files = new Dictionary<string, byte[]>();
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.DataStream is not { } data || !Train.Append(Test).Contains(Path.GetFileName(entry.Name)))
                    continue;
                if (entry.Length > LargestFile)
                    throw new InvalidDataException($"{entry.Name} in it has {entry.Length} bytes; the published file has {LargestFile}");
                var content = new byte[entry.Length];
                data.ReadExactly(content);
                files[Path.GetFileName(entry.Name)] = content;
            }

            return files;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new DatasetException($"{archive}: {e.Message}", e);
        }
    }

    static ImageSplit Split(string folder, string[] names, Dictionary<string, byte[]> files)
    {
        var images = names.Sum(name => files[name].Length / Record);
        var (pixels, labels, image) = (new byte[images * Shape.Dimension], new byte[images], 0);
        foreach (var name in names)
        {
            var records = files[name];
            if (records.Length == 0 || records.Length % Record != 0)
                throw new DatasetException(
                    $"{Path.Combine(folder, name)}: expected records of {Record} bytes (a label and 3×32×32 pixels), found "
                        + $"{records.Length} bytes"
                );
            for (var at = 0; at < records.Length; at += Record, image++)
            {
                labels[image] =
                    records[at] < Classes
                        ? records[at]
                        : throw new DatasetException(
                            $"{Path.Combine(folder, name)}: expected labels 0 to {Classes - 1}, found {records[at]} in record {at / Record}"
                        );
                records.AsSpan(at + 1, Shape.Dimension).CopyTo(pixels.AsSpan(image * Shape.Dimension));
            }
        }

        return new ImageSplit(Shape, pixels, labels);
    }
}
