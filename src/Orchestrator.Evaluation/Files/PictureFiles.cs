using System.Collections.Immutable;
using Orchestrator.Sweeps;
using Orchestrator.Training.Files;

namespace Orchestrator.Evaluation.Files;

/// <summary>Which files below a folder are its images.</summary>
/// <remarks>
/// What begins with a dot is hidden and left out. Links are followed, and each folder is entered once, whatever leads to it;
/// a link to a folder around itself is an error. An image that is reached again through a link counts once.
/// </remarks>
/// <param name="Paths">In ordinal order.</param>
sealed record PictureFiles(ImmutableArray<string> Paths, LeftOut LeftOut)
{
    const string Hidden = "hidden",
        Again = "under a second name",
        NoEnding = "without an ending";

    /// <summary>No folder of images is so deep.</summary>
    const int Deepest = 64;

    static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <exception cref="FeatureFileException">A folder or link in it cannot be followed.</exception>
    public static PictureFiles Below(string path)
    {
        var walk = new Walk();
        try
        {
            walk.Enter(path, [PathFacts.Of(path).Identity], isHidden: false);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FeatureFileException($"{path}: {unreadable.Message}", unreadable);
        }

        return walk.Found();
    }

    sealed class Walk
    {
        /// <summary>Images below each folder, links left out, by its identity.</summary>
        readonly Dictionary<string, int> entered = [];
        readonly List<string> plain = [];
        readonly List<(string Path, string Identity)> linked = [];
        readonly Dictionary<string, int> leftOut = [];

        /// <param name="around">Identities of the folder and those that it is in.</param>
        public void Enter(string folder, ImmutableArray<string> around, bool isHidden)
        {
            if (!isHidden && entered.TryGetValue(around[^1], out var before))
            {
                Leave(Again, before);
                return;
            }

            if (around.Length > Deepest)
                throw new FeatureFileException($"{Shown(folder)}: more than {Deepest} folders deep");
            var already = plain.Count;
            // Folders of this place before links to folders elsewhere: what is reached twice keeps the path without a link.
            var entries = new DirectoryInfo(folder)
                .EnumerateFileSystemInfos()
                .OrderBy(entry => entry.LinkTarget is not null)
                .ThenBy(entry => entry.Name, StringComparer.Ordinal);
            foreach (var entry in entries)
                One(entry, around, isHidden || entry.Name.StartsWith('.'));
            if (!isHidden)
                entered[around[^1]] = plain.Count - already;
        }

        public PictureFiles Found()
        {
            var counted = linked.Count == 0 ? [] : plain.Select(path => PathFacts.Of(path).Identity).ToHashSet();
            var all = new List<string>(plain);
            foreach (var (path, identity) in linked.OrderBy(link => link.Path, StringComparer.Ordinal))
                if (counted.Add(identity))
                    all.Add(path);
                else
                    Leave(Again);
            return new PictureFiles(
                [.. all.Order(StringComparer.Ordinal)],
                new LeftOut([
                    .. leftOut
                        .OrderByDescending(reason => reason.Value)
                        .ThenBy(reason => reason.Key, StringComparer.Ordinal)
                        .Select(reason => new LeftOutReason(reason.Key, reason.Value)),
                ])
            );
        }

        void One(FileSystemInfo entry, ImmutableArray<string> around, bool isHidden)
        {
            var isLink = entry.LinkTarget is not null;
            // What hangs on hidden links is nobody's concern, and a folder that is hidden is only counted.
            if (isHidden && (isLink || entry is not DirectoryInfo))
                Leave(Hidden);
            else if (!isLink && entry is not DirectoryInfo && !IsPicture(entry))
                Leave(Reason(entry));
            else
                Follow(entry, isLink, around, isHidden);
        }

        void Follow(FileSystemInfo entry, bool isLink, ImmutableArray<string> around, bool isHidden)
        {
            PathFacts facts;
            try
            {
                facts = isLink || entry is DirectoryInfo ? PathFacts.Of(entry.FullName) : default;
            }
            catch (IOException broken)
            {
                throw new FeatureFileException($"{Shown(entry.FullName)}: the link cannot be followed: {broken.Message}", broken);
            }

            if (facts.Kind == PathKind.Folder)
            {
                if (around.Contains(facts.Identity))
                    throw new FeatureFileException($"{Shown(entry.FullName)}: leads back to a folder that it is in; remove the link");
                Enter(entry.FullName, around.Add(facts.Identity), isHidden);
            }
            else if (!IsPicture(entry))
                Leave(Reason(entry));
            else if (isLink)
                linked.Add((entry.FullName, facts.Identity));
            else
                plain.Add(entry.FullName);
        }

        void Leave(string reason, int files = 1)
        {
            if (files > 0)
                leftOut[reason] = leftOut.GetValueOrDefault(reason) + files;
        }

        static bool IsPicture(FileSystemInfo entry) => Endings.Contains(entry.Extension.ToLowerInvariant());

        static string Reason(FileSystemInfo entry) =>
            entry.Extension.Length is > 1 and < 16 ? Printable.Short(entry.Extension.ToLowerInvariant()) : NoEnding;

        static string Shown(string path) => string.Concat(path.Select(character => char.IsControl(character) ? '?' : character));
    }
}
