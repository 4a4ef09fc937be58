using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies a 64-bit little-endian ELF file, marking its requirement of GLIBCXX_3.4.32 as weak.</summary>
public class WeakenSymbolVersion : Task
{
    const uint SectionVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    const uint VersionHash = 0x0297f842; // ELF hash of "GLIBCXX_3.4.32"
    const ushort Weak = 0x2; // VER_FLG_WEAK

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        var image = File.ReadAllBytes(Source);
        if (image.Length < 64 || Encoding.ASCII.GetString(image, 1, 3) != "ELF" || image[4] != 2 || image[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file", Source);
            return false;
        }

        Mark(image);
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        // A new file renamed over the old one: an output may be a hard link to the old one.
        var fresh = Destination + "." + Guid.NewGuid().ToString("n");
        File.WriteAllBytes(fresh, image);
        if (File.Exists(Destination))
            File.Delete(Destination);
        File.Move(fresh, Destination);
        return true;
    }

    static void Mark(byte[] image)
    {
        var sections = (int)BitConverter.ToInt64(image, 0x28);
        int size = BitConverter.ToUInt16(image, 0x3a),
            count = BitConverter.ToUInt16(image, 0x3c);
        for (var i = 0; i < count; i++)
        {
            var header = sections + i * size;
            if (BitConverter.ToUInt32(image, header + 4) != SectionVersionNeeds)
                continue;
            var need = (int)BitConverter.ToInt64(image, header + 24);
            while (true) // Elf64_Verneed: version, count, file, aux, next
            {
                var aux = need + (int)BitConverter.ToUInt32(image, need + 8);
                for (var n = BitConverter.ToUInt16(image, need + 2); n > 0; n--) // Elf64_Vernaux: hash, flags, other, name, next
                {
                    if (BitConverter.ToUInt32(image, aux) == VersionHash)
                        image[aux + 4] |= (byte)Weak;
                    aux += (int)BitConverter.ToUInt32(image, aux + 12);
                }

                var next = (int)BitConverter.ToUInt32(image, need + 12);
                if (next == 0)
                    break;
                need += next;
            }
        }
    }
}
