using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Web.Page;

/// <summary>The live page at <c>/</c> and what it is made of under <c>/page/</c>: files of this assembly, nothing from a disk and nothing
/// from elsewhere.</summary>
public static partial class PageEndpoints
{
    const string Folder = "page/",
        Index = "index.html";

    /// <summary>How a page's files are kept: asked for each time, and answered with 304 until the program is another one.</summary>
    const string Newest = "no-cache";

    const string Forever = "public, max-age=31536000, immutable";

    static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
        [".md"] = "text/markdown; charset=utf-8",
    }.ToFrozenDictionary();

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        var assembly = typeof(PageEndpoints).Assembly;
        var files = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[Folder.Length..], name => PageFile.Of(name, Read(assembly, name)));
        files.Remove(Index, out var index);

        // The page asks for its files in a folder named after their content: what a browser has of it, it need not ask for again.
        var version = PageFile.Hash(Encoding.UTF8.GetBytes(string.Concat(files.Values.Select(file => file.Tag))))[..12];
        Map(routes, "/", PageFile.Of(Index, Encoding.UTF8.GetBytes(Complete(index!.Text, files, $"{Folder}{version}/"))), Newest);
        foreach (var (name, file) in files)
        {
            Map(routes, $"/{Folder}{name}", file, Newest);
            Map(routes, $"/{Folder}{version}/{name}", file, Forever);
        }
    }

    /// <summary>The page with its files' folder, and all that it begins with named at once, so that no module is found only after another
    /// has come.</summary>
    static string Complete(string index, Dictionary<string, PageFile> files, string folder)
    {
        var modules = ImportsOf("app.js", files, []).Select(name => $"<link rel=\"modulepreload\" href=\"{folder}{name}\">");
        return index
            .Replace($"\"{Folder}", $"\"{folder}", StringComparison.Ordinal)
            .Replace("<!-- modules -->", string.Join("\n  ", modules), StringComparison.Ordinal);
    }

    /// <summary>A module and everything that has to be there before it runs.</summary>
    static HashSet<string> ImportsOf(string module, Dictionary<string, PageFile> files, HashSet<string> found)
    {
        if (found.Add(module))
            foreach (Match import in StaticImport().Matches(files[module].Text))
                ImportsOf(new Uri(new Uri($"page:/{module}"), import.Groups[1].Value).AbsolutePath.TrimStart('/'), files, found);
        return found;
    }

    [GeneratedRegex(@"^(?:(?:import|export) .*|\} )from '(\.{1,2}/[^']+)'", RegexOptions.Multiline)]
    private static partial Regex StaticImport();

    static void Map(IEndpointRouteBuilder routes, string address, PageFile file, string cacheControl) =>
        routes
            .MapMethods(
                address,
                [HttpMethods.Get, HttpMethods.Head],
                (HttpContext context) =>
                {
                    context.Response.Headers.CacheControl = cacheControl;
                    return Results.Bytes(file.Content, file.ContentType, entityTag: file.Tag);
                }
            )
            .ExcludeFromDescription();

    static byte[] Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <param name="Tag">The entity tag of the content.</param>
    sealed record PageFile(byte[] Content, string ContentType, EntityTagHeaderValue Tag)
    {
        public string Text => Encoding.UTF8.GetString(Content);

        public static PageFile Of(string name, byte[] content) =>
            new(content, ContentTypes[Path.GetExtension(name)], new($"\"{Hash(content)[..32]}\""));

        public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
