using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Attack.Attacks;

/// <summary>Feature files and pictures that are not what they say.</summary>
sealed class LyingFiles : IAttack
{
    // The program itself takes most of the time and memory: what a file adds is bounded by what is left.
    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(4),
        Limit = TimeSpan.FromSeconds(60);
    const long MostMemory = 400L << 20;

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("lies-");
        try
        {
            foreach (var (name, make) in Files)
            {
                var path = Path.Combine(folder.FullName, name);
                await make(path);
                var ended = await Child.RunAsync(target.Program, ["eval", "distance", "--real", path, "--generated", path], Limit, cancel);
                var isMessage =
                    ended.Code is 1 or 2 && !ended.Output.Contains("   at ", StringComparison.Ordinal) && ended.Output.Length > 0;
                yield return new Outcome(
                    $"`eval distance` of {name}",
                    "a message, exit code 1 or 2, within 4 s and 400 MiB in all",
                    $"exit code {ended.Code}, {ended.Time.TotalSeconds:F1} s, {ended.Peak >> 20} MiB",
                    isMessage && ended.Time < MostTime && ended.Peak < MostMemory
                );
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static IEnumerable<(string Name, Func<string, Task> Make)> Files =>
        [
            ("negative.npy", path => NpyAsync(path, "(-3, -4)")),
            ("words.npy", path => NpyAsync(path, "('a', 4)")),
            ("endless.npy", path => NpyAsync(path, "(4611686018427387904, 4)")),
            ("long-line.csv", path => File.WriteAllTextAsync(path, new string('1', 50 << 20))),
            ("zero.csv", path => LinkAsync(path, "/dev/zero")),
            ("pipe.csv", PipeAsync),
            ("bomb.npz", BombAsync),
            (
                "pictures",
                async path =>
                {
                    Directory.CreateDirectory(path);
                    await PipeAsync(Path.Combine(path, "pipe.png"));
                    await File.WriteAllBytesAsync(Path.Combine(path, "huge.png"), HugePng);
                }
            ),
        ];

    static Task NpyAsync(string path, string shape)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return File.WriteAllBytesAsync(
            path,
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0]
        );
    }

    static Task LinkAsync(string path, string to)
    {
        File.CreateSymbolicLink(path, to);
        return Task.CompletedTask;
    }

    static async Task PipeAsync(string path)
    {
        using var make = Process.Start("mkfifo", [path]);
        await make.WaitForExitAsync();
    }

    static async Task BombAsync(string path)
    {
        await using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        await using var entry = await zip.CreateEntry("features.npy", CompressionLevel.SmallestSize).OpenAsync();
        var zeros = new byte[1 << 20];
        for (var i = 0; i < 2000; i++)
            await entry.WriteAsync(zeros);
    }

    // The head of a picture of 20,000 by 20,000 pixels.
    static byte[] HugePng =>
        [
            0x89,
            .. "PNG\r\n"u8,
            0x1a,
            (byte)'\n',
            0,
            0,
            0,
            13,
            .. "IHDR"u8,
            0,
            0,
            0x4e,
            0x20,
            0,
            0,
            0x4e,
            0x20,
            8,
            2,
            0,
            0,
            0,
            0x3b,
            0x2c,
            0x12,
            0x7e,
        ];
}
