using System.Globalization;

namespace Orchestrator.TestKit;

/// <summary>A GPU as <see cref="StandInDriver"/> tells of it.</summary>
/// <param name="Slices">Profile and UUID of each MIG slice; null where MIG is off.</param>
public sealed record StandInGpu(string Uuid, string Name, int Mebibytes, params (string Profile, string Uuid)[]? Slices)
{
    public static StandInGpu[] H100s(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(index => new StandInGpu(
                    string.Create(CultureInfo.InvariantCulture, $"GPU-{index}{index}aa"),
                    "NVIDIA H100 80GB HBM3",
                    81559,
                    null
                )),
        ];

    public string Mig => Slices is null ? "Disabled" : "Enabled";
}

/// <summary>An <c>nvidia-smi</c> that answers what is asked of the GPUs that it was made with, as the real one does.</summary>
public static class StandInDriver
{
    const string Script = """
        #!/bin/sh
        case "$1" in -L) cat "$0.listing"; exit;; esac
        [ -s "$0.gpus" ] || { echo "No devices were found"; exit 6; }
        while IFS='|' read -r index uuid name total mig; do
          line=
          for field in $(echo "${1#--query-gpu=}" | tr , ' '); do
            case $field in
              index) value=$index;; uuid) value=$uuid;; name) value=$name;; memory.total) value=$total;; mig.mode.current) value=$mig;;
              utilization.gpu) value=7;; memory.used) value=1024;;
              *) echo "Field \"$field\" is not a valid field to query."; exit 2;;
            esac
            line="$line, $value"
          done
          echo "${line#, }"
        done < "$0.gpus"

        """;

    /// <summary>Fails as the tool does that finds no driver.</summary>
    public const string Failing =
        "#!/bin/sh\necho \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\"\nexit 9\n";

    /// <summary>Never answers.</summary>
    public const string Hanging = "#!/bin/sh\nexec sleep 1000\n";

    /// <returns>The folder of the tool, for <c>PATH</c>.</returns>
    public static string Write(string folder, params StandInGpu[] gpus)
    {
        var bin = Write(folder, Script);
        var tool = Path.Combine(bin, "nvidia-smi");
        File.WriteAllLines($"{tool}.gpus", gpus.Select((gpu, index) => $"{index}|{gpu.Uuid}|{gpu.Name}|{gpu.Mebibytes}|{gpu.Mig}"));
        File.WriteAllLines($"{tool}.listing", gpus.SelectMany(Listed));
        return bin;
    }

    public static string Write(string folder, string script)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "driver")).FullName;
        var tool = Path.Combine(bin, "nvidia-smi");
        File.WriteAllText(tool, script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return bin;
    }

    static IEnumerable<string> Listed(StandInGpu gpu, int index) =>
        (gpu.Slices ?? [])
            .Select((slice, number) => $"  MIG {slice.Profile, -15} Device {number, 2}: (UUID: {slice.Uuid})")
            .Prepend($"GPU {index}: {gpu.Name} (UUID: {gpu.Uuid})");
}
