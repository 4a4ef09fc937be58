using System.Net;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Web.Tests.Running;

/// <summary>Calls that tests make of a node.</summary>
static class Calls
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string Sweep(string name, int trials = 2) =>
        $"name: {name}\ndataset: digits\nparameters: {{ replicate: [{string.Join(", ", Enumerable.Range(1, trials))}] }}\n";

    public static Task<HttpResponseMessage> SubmitAsync(this HttpClient client, string file, string? token = null) =>
        client.CallAsync(HttpMethod.Post, "/api/sweeps", token, content: new StringContent(file, Encoding.UTF8, "application/yaml"));

    public static async Task<HttpResponseMessage> CallAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        string? token = null,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, Cancel);
    }

    /// <summary>The detail of a problem document with this status.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "";
    }

    public static async Task<JsonElement> JsonAsync(this HttpClient client, string path, string? token = null)
    {
        using var response = await client.CallAsync(HttpMethod.Get, path, token);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
