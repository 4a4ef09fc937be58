using System.IO.Compression;
using System.Numerics;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Files;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>Lists the tensors of a PyTorch <c>.pth</c> file (a state dict) in both of its layouts: the ZIP archive, and the row of pickles
/// written before version 1.6.</summary>
/// <remarks>Layouts: torch/serialization.py. Nothing in the file is executed, see <see cref="PickleReader"/>. Values are read one storage
/// at a time, as it is asked for.</remarks>
static class StateDictFile
{
    static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, null);
    const long Protocol = 1001;
    const string Pickle = "data.pkl";

    /// <summary>The most that all pickles in a file may take, in bytes: names and shapes of tens of thousands of tensors.</summary>
    const int LargestPickles = 8 << 20;

    /// <returns>Tensors by name; their values can be loaded as long as <paramref name="file"/> is open.</returns>
    /// <exception cref="WeightsException">Damaged, or holds anything but tensors by name.</exception>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static ListedTensors List(FileStream file) => IsArchive(file) ? ListArchive(file) : ListPickles(file);

    public static bool IsArchive(FileStream file) => Start(file, 4).AsSpan().SequenceEqual("PK\x3\x4"u8);

    static ListedTensors ListArchive(FileStream file)
    {
        var archive = BoundedZip.Open(file);
        var mains = archive.Entries.Where(entry => entry.FullName.EndsWith("/" + Pickle, StringComparison.Ordinal)).ToArray();
        var main = mains is [var single] ? single : throw new WeightsException($"the archive has no single {Pickle}");
        var folder = main.FullName[..^Pickle.Length];
        if (archive.GetEntry(folder + "byteorder") is { } order && !Content(order, file, 16).AsSpan().SequenceEqual("little"u8))
            throw new WeightsException("the archive's byte order is not little-endian");
        return Listed(
            new PickleReader(Content(main, file, LargestPickles)).Read(),
            (storage, values) =>
            {
                var entry =
                    archive.GetEntry($"{folder}data/{storage.Key}")
                    ?? throw new WeightsException($"the archive has no values {Printable.Short(storage.Key)}");
                if (entry.Length != storage.Bytes)
                    throw new WeightsException(
                        $"values {Printable.Short(storage.Key)}: {storage.Count} of {storage.Type} expected, {entry.Length} bytes found"
                    );
                using var content = Open(entry, file);
                content.ReadExactly(values().bytes);
            }
        );
    }

    static byte[] Content(ZipArchiveEntry entry, FileStream file, long most)
    {
        if (entry.Length > most)
            throw new WeightsException(
                $"{Printable.Short(entry.FullName)} in the archive has {ByteSize.Text(entry.Length)}; at most {ByteSize.Text(most)} "
                    + "are read"
            );
        using var stream = Open(entry, file);
        var content = new byte[entry.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Files of PyTorch are stored without compression; an entry that would grow is refused before it does.</summary>
    static Stream Open(ZipArchiveEntry entry, FileStream file) =>
        entry.Length == entry.CompressedLength
            ? BoundedZip.Content(entry, file.Length)
            : throw new WeightsException($"{Printable.Short(entry.FullName)} in the archive is compressed, which PyTorch never does");

    static ListedTensors ListPickles(FileStream file)
    {
        var start = Start(file, LargestPickles);
        var position = 0;
        if (!Equals(Next(), Magic))
            throw new WeightsException("not a PyTorch file: it begins neither with a ZIP archive nor with PyTorch's magic number");
        if (!Equals(Next(), Protocol))
            throw new WeightsException($"a PyTorch file of another protocol than {Protocol}");
        if (Next() is not Dictionary<string, object?> system || !Equals(system.GetValueOrDefault("little_endian"), true))
            throw new WeightsException("the file's byte order is not little-endian");
        var dictionary = Next();
        if (Next() is not List<object?> keys || !keys.All(key => key is string))
            throw new WeightsException("the file has no list of its storages");
        var places = Places(file, position, keys.Cast<string>(), Named(dictionary).Select(entry => entry.Tensor.Storage));
        return Listed(
            dictionary,
            (storage, values) =>
            {
                if (!places.TryGetValue(storage, out var place))
                    throw new WeightsException($"the file has no {storage.Count} values {Printable.Short(storage.Key)}");
                file.Position = place;
                file.ReadExactly(values().bytes);
            }
        );

        object? Next()
        {
            var reader = new PickleReader(start.AsSpan(position));
            var read = reader.Read();
            position += reader.Position;
            return read;
        }
    }

    /// <summary>Where the values of each storage begin: one after the other, each after its number of values.</summary>
    static Dictionary<PickledStorage, long> Places(
        FileStream file,
        long position,
        IEnumerable<string> keys,
        IEnumerable<PickledStorage> storages
    )
    {
        var known = storages.DistinctBy(storage => storage.Key).ToDictionary(storage => storage.Key);
        var places = new Dictionary<PickledStorage, long>();
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (var key in keys)
        {
            if (!known.TryGetValue(key, out var storage))
                throw new WeightsException($"values {Printable.Short(key)} belong to no tensor");
            file.Position = position;
            if (
                file.ReadAtLeast(count, count.Length, throwOnEndOfStream: false) < count.Length
                || BitConverter.ToInt64(count) != storage.Count
            )
                throw new WeightsException($"values {Printable.Short(key)}: {storage.Count} expected, and another number found");
            position += sizeof(long);
            if (storage.Bytes > file.Length - position)
                throw new WeightsException($"values {Printable.Short(key)}: the file ends within them");
            places[storage] = position;
            position += storage.Bytes;
        }

        return places;
    }

    static byte[] Start(FileStream file, int most)
    {
        var start = new byte[Math.Min(most, file.Length)];
        file.Position = 0;
        file.ReadExactly(start);
        return start;
    }

    static IEnumerable<(string Name, PickledTensor Tensor)> Named(object? dictionary)
    {
        if (dictionary is not Dictionary<string, object?> entries)
            throw new WeightsException("the file holds no dictionary of tensors");
        return entries.Select(entry =>
            entry.Value is PickledTensor tensor
                ? (entry.Key, tensor)
                : throw new WeightsException(
                    $"entry {Printable.Quote(entry.Key)} is no tensor; a state dict is expected, not a whole model or checkpoint"
                )
        );
    }

    /// <param name="read">Reads the values of one storage, once it knows that they are there, into a tensor of as many.</param>
    static ListedTensors Listed(object? dictionary, Action<PickledStorage, Func<Tensor>> read)
    {
        var tensors = Named(dictionary).ToDictionary(entry => entry.Name, entry => entry.Tensor);
        return new ListedTensors(
            tensors.ToDictionary(tensor => tensor.Key, tensor => new ListedTensor(tensor.Value.Shape, tensor.Value.Bytes)),
            Load
        );

        Dictionary<string, Tensor> Load(IReadOnlyCollection<string> names)
        {
            var loaded = new Dictionary<string, Tensor>();
            foreach (var group in names.GroupBy(name => tensors[name].Storage))
            {
                using var scope = NewDisposeScope();
                Tensor? values = null;
                read(group.Key, () => values = empty(group.Key.Count, group.Key.Type));
                foreach (var (name, tensor) in group.Select(name => (name, tensors[name])))
                    loaded.Add(
                        name,
                        values!.as_strided([.. tensor.Shape], [.. tensor.Strides], tensor.Offset).clone().MoveToOuterDisposeScope()
                    );
            }

            return loaded;
        }
    }
}
