using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Web;

/// <summary>The live page at <c>/</c> and what it is made of under <c>/page/</c>: files of this assembly, nothing from a disk and nothing from elsewhere.</summary>
public static class PageEndpoints
{
    const string Folder = "page/", Index = "index.html";

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
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var file = PageFile.Of(assembly, resource);
            routes.MapMethods(resource == Folder + Index ? "/" : "/" + resource, [HttpMethods.Get, HttpMethods.Head], file.Answer).ExcludeFromDescription();
        }
    }

    /// <param name="Tag">Of the content: what a browser still has, it need not fetch again.</param>
    sealed record PageFile(byte[] Content, string ContentType, EntityTagHeaderValue Tag)
    {
        public static PageFile Of(Assembly assembly, string resource)
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return new(content, ContentTypes[Path.GetExtension(resource)], new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\""));
        }

        public IResult Answer(HttpContext context)
        {
            // Asked for each time, and answered with 304 until the program is another one.
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(Content, ContentType, entityTag: Tag);
        }
    }
}
