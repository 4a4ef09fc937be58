using System.IO.Compression;
using System.Text;

namespace Orchestrator.EndToEnd.Tests.Evaluations;

/// <summary>Files that lie, given to the program itself: a message, no hang, and no memory.</summary>
public sealed class LyingFileSpecs : IDisposable
{
    /// <summary>Beyond what the program takes to refuse a file of one line.</summary>
    const long MostMemory = 200 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_lie_is_a_message_and_takes_no_memory()
    {
        File.WriteAllText(_folder.At("good.csv"), "0.5,1.5\n2.5,0.25\n1.5,2.5\n");
        File.WriteAllText(_folder.At("bad.csv"), "0.5,x\n");
        var (_, least) = await Refused("bad.csv", "--real", "good.csv", "--generated", "bad.csv");
        foreach (var name in Lies())
        {
            var (message, most) = await Refused(name, "--real", "good.csv", "--generated", name);
            Assert.Contains(name, message, StringComparison.Ordinal);
            Assert.True(most - least < MostMemory, $"{name}: {(most - least) >> 20} MiB more than for a file of one line\n{message}");
        }
    }

    [Fact]
    public async Task Every_lie_of_weights_and_images_is_a_message_and_takes_no_memory()
    {
        Directory.CreateDirectory(_folder.At("images"));
        File.WriteAllBytes(_folder.At("images", "large.png"), Convert.FromBase64String(LargePng));
        File.WriteAllText(_folder.At("bad.pth"), "nothing");
        File.WriteAllBytes(_folder.At("huge.pth"), [0x80, 2, .. Encoding.Latin1.GetBytes("X\u00ff\u00ff\u00ff\u007f")]);
        Sparse("sparse.pth", 300L << 20);
        MakePipe("pipe.pth");
        var (_, least) = await Refused("bad.pth", "--real", "images", "--generated", "images", "--weights", "bad.pth");
        foreach (var name in new[] { "huge.pth", "sparse.pth", "pipe.pth" })
        {
            var (message, most) = await Refused(name, "--real", "images", "--generated", "images", "--weights", name);
            Assert.Contains(name, message, StringComparison.Ordinal);
            Assert.True(most - least < MostMemory, $"{name}: {(most - least) >> 20} MiB more\n{message}");
        }

        var (told, taken) = await Refused("large.png", "--real", "images", "--generated", "images");
        Assert.Contains("20000×20000", told, StringComparison.Ordinal);
        Assert.True(taken - least < MostMemory, $"{(taken - least) >> 20} MiB more\n{told}");
    }

    /// <summary>A PNG of 20,000 × 20,000 pixels of one bit, by its head; the rows after the first forty are missing.</summary>
    const string LargePng =
        "iVBORw0KGgoAAAANSUhEUgAATiAAAE4gAQAAAADLC3uUAAAAeElEQVR42u3BAQ0AAADCoPdPbQ43oAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIB3A4bXAAEdVT8FAAAAAElFTkSuQmCC";

    IEnumerable<string> Lies()
    {
        yield return Written("line.csv", [.. "0.5,1.5\n"u8, .. Enumerable.Repeat((byte)'7', 50_000_000)]);
        yield return Written("ragged.csv", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,2\n", 5_000_000)) + "1\n"));
        yield return Written("negative.npy", Npy("(-3, -4)", 48));
        yield return Written("promise.npy", Npy("(1000000000, 1000)", 48));
        foreach (var ending in new[] { "npy", "npz", "csv" })
        {
            yield return Sparse($"sparse.{ending}", 3L << 30);
            yield return MakePipe($"pipe.{ending}");
            File.CreateSymbolicLink(_folder.At($"zero.{ending}"), "/dev/zero");
            yield return $"zero.{ending}";
        }

        using (var bomb = ZipFile.Open(_folder.At("bomb.npz"), ZipArchiveMode.Create))
        using (var entry = bomb.CreateEntry("features.npy").Open())
        {
            entry.Write(Npy("(128000, 2048)", 0));
            for (var i = 0; i < 1000; i++)
                entry.Write(new byte[1 << 20]);
            entry.Write(new byte[128_000 * 2048 * 4 - (1000 << 20)]);
        }

        yield return "bomb.npz";
    }

    /// <summary>Runs <c>eval distance</c> to its refusal.</summary>
    /// <returns>What it said, and the most memory that it had.</returns>
    async Task<(string Message, long Memory)> Refused(string name, params string[] arguments)
    {
        await using var run = Run.Orchestrator(_folder.Path, ["eval", "distance", .. arguments]);
        var exit = run.Exit(Patience);
        var most = 0L;
        // The kernel keeps the peak: the last look before the end has it, but for its last moment.
        while (!exit.IsCompleted)
        {
            most = Math.Max(most, Peak(run.Id));
            await Task.WhenAny(exit, Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken));
        }

        Assert.True(await exit == 2, $"{name}:\n{run}");
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        return (run.Errors, most);
    }

    static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    string Written(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.At(name), content);
        return name;
    }

    string Sparse(string name, long length)
    {
        using var file = File.Create(_folder.At(name));
        file.SetLength(length);
        return name;
    }

    string MakePipe(string name)
    {
        NamedPipe.Make(_folder.At(name));
        return name;
    }

    static byte[] Npy(string shape, int values)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            .. BitConverter.GetBytes((ushort)header.Length),
            .. Encoding.Latin1.GetBytes(header),
            .. new byte[values],
        ];
    }
}
