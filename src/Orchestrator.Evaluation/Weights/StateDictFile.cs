using System.IO.Compression;
using System.Numerics;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>Reads the tensors of a PyTorch <c>.pth</c> file (a state dict) in both of its layouts: the ZIP archive, and the row of pickles written before version 1.6.</summary>
/// <remarks>Layouts: torch/serialization.py. Nothing in the file is executed, see <see cref="PickleReader"/>.</remarks>
static class StateDictFile
{
    static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, null);
    const long Protocol = 1001;

    /// <returns>Tensors by name; the caller's.</returns>
    /// <exception cref="WeightsException">Damaged, or holds anything but tensors by name.</exception>
    public static Dictionary<string, Tensor> Read(byte[] file) => IsArchive(file) ? ReadArchive(file) : ReadPickles(file);

    public static bool IsArchive(ReadOnlySpan<byte> file) => file.StartsWith("PK\x3\x4"u8);

    static Dictionary<string, Tensor> ReadArchive(byte[] file)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
            const string pickle = "data.pkl";
            var main = archive.Entries.SingleOrDefault(entry => entry.FullName.EndsWith("/" + pickle, StringComparison.Ordinal)) ?? throw new WeightsException($"the archive has no single {pickle}");
            var folder = main.FullName[..^pickle.Length];
            if (archive.GetEntry(folder + "byteorder") is { } order && !Content(order).AsSpan().SequenceEqual("little"u8))
                throw new WeightsException("the archive's byte order is not little-endian");
            var dictionary = new PickleReader(Content(main)).Read();
            return Tensors(dictionary, storage => Content(archive.GetEntry($"{folder}data/{storage.Key}") ?? throw new WeightsException($"the archive has no values {storage.Key}")));
        }
        catch (InvalidDataException damaged)
        {
            throw new WeightsException($"the archive is damaged: {damaged.Message}", damaged);
        }
    }

    /// <summary>Files of PyTorch are stored without compression; an entry that would grow is refused before it does.</summary>
    static byte[] Content(ZipArchiveEntry entry)
    {
        if (entry.Length != entry.CompressedLength)
            throw new WeightsException($"{entry.FullName} in the archive is compressed, which PyTorch never does");
        var content = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    static Dictionary<string, Tensor> ReadPickles(byte[] file)
    {
        var position = 0;
        if (!Equals(Next(), Magic))
            throw new WeightsException("not a PyTorch file: it begins neither with a ZIP archive nor with PyTorch's magic number");
        if (!Equals(Next(), Protocol))
            throw new WeightsException($"a PyTorch file of another protocol than {Protocol}");
        if (Next() is not Dictionary<object, object?> system || !Equals(system.GetValueOrDefault("little_endian"), true))
            throw new WeightsException("the file's byte order is not little-endian");
        var dictionary = Next();
        var keys = (Next() as List<object?>)?.Cast<string>().ToArray() ?? throw new WeightsException("the file has no list of its storages");
        var sizes = Storages(dictionary).DistinctBy(storage => storage.Key).ToDictionary(storage => storage.Key);
        var values = new Dictionary<string, byte[]>();
        foreach (var key in keys)
        {
            if (!sizes.TryGetValue(key, out var storage))
                throw new WeightsException($"values {key} belong to no tensor");
            if (file.Length - position < sizeof(long) || BitConverter.ToInt64(file, position) != storage.Count)
                throw new WeightsException($"values {key}: {storage.Count} expected, and another number found");
            position += sizeof(long);
            if (storage.Bytes > file.Length - position)
                throw new WeightsException($"values {key}: the file ends within them");
            values[key] = file[position..(position += (int)storage.Bytes)];
        }

        return Tensors(dictionary, storage => values.GetValueOrDefault(storage.Key) ?? throw new WeightsException($"the file has no values {storage.Key}"));

        object? Next()
        {
            var reader = new PickleReader(file.AsSpan(position));
            var read = reader.Read();
            position += reader.Position;
            return read;
        }
    }

    static IEnumerable<PickledStorage> Storages(object? dictionary) => Named(dictionary).Select(entry => entry.Tensor.Storage);

    static IEnumerable<(string Name, PickledTensor Tensor)> Named(object? dictionary)
    {
        if (dictionary is not Dictionary<object, object?> entries)
            throw new WeightsException("the file holds no dictionary of tensors");
        return entries.Select(entry => entry is { Key: string name, Value: PickledTensor tensor }
            ? (name, tensor)
            : throw new WeightsException($"entry '{entry.Key}' is no tensor; a state dict is expected, not a whole model or checkpoint"));
    }

    static Dictionary<string, Tensor> Tensors(object? dictionary, Func<PickledStorage, byte[]> values)
    {
        using var scope = NewDisposeScope();
        var storages = new Dictionary<string, Tensor>();
        var tensors = Named(dictionary).ToDictionary(entry => entry.Name, entry => Whole(entry.Tensor));
        foreach (var tensor in tensors.Values)
            tensor.MoveToOuterDisposeScope();
        return tensors;

        Tensor Whole(PickledTensor tensor) => storages.TryGetValue(tensor.Storage.Key, out var storage) && storage.dtype == tensor.Storage.Type
            ? storage.as_strided(tensor.Shape, tensor.Strides, tensor.Offset).clone()
            : (storages[tensor.Storage.Key] = Loaded(tensor.Storage)).as_strided(tensor.Shape, tensor.Strides, tensor.Offset).clone();

        Tensor Loaded(PickledStorage storage)
        {
            var bytes = values(storage);
            if (bytes.Length != storage.Bytes)
                throw new WeightsException($"values {storage.Key}: {storage.Count} of {storage.Type} expected, {bytes.Length} bytes found");
            var loaded = empty(storage.Count, storage.Type);
            if (bytes.Length > 0)
                bytes.CopyTo(loaded.bytes);
            return loaded;
        }
    }
}
