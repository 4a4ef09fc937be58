using System.Net;
using System.Net.Http.Headers;
using Orchestrator.Web.Tests.Running;
using SkiaSharp;

namespace Orchestrator.Web.Tests.Api;

[Collection(nameof(WebNode))]
public sealed class ArtifactSpecs(WebNode node)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_trial_left_is_listed_and_given_whole_or_in_parts()
    {
        await using var sweep = await node.SubmitAsync(1);
        var checkpoint = Path.Combine(node.Folder.Attempt(sweep.Name, 1, 1), "checkpoints", "20");
        await sweep.TrainAsync(3, checkpoint);
        Write(Path.Combine(checkpoint, "model.safetensors"), "0123456789"u8);
        Write(Path.Combine(node.Folder.Attempt(sweep.Name, 1, 1), "metrics.jsonl"), "{}\n"u8);
        await sweep.EvaluateAsync(2.5, "samples.png", "gone.png");
        Write(Path.Combine(node.Folder.Evaluation(sweep.Name, 1, 1), "samples.png"), Picture(60, 30));

        var listed = (await sweep.GetAsync("/trials/0001")).GetProperty("artifacts");
        Assert.Equal(
            [("samples.png", "image/png"), ("metrics.jsonl", "application/x-ndjson"), ("model.safetensors", "application/octet-stream")],
            listed.EnumerateArray().Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("content_type").GetString()!))
        );
        Assert.Equal(10, listed[2].GetProperty("bytes").GetInt64());

        using var part = await Get(sweep, "model.safetensors", request => request.Headers.Range = new RangeHeaderValue(2, 4));
        Assert.Equal((HttpStatusCode.PartialContent, "234"), (part.StatusCode, await part.Content.ReadAsStringAsync(Cancel)));
        using var whole = await Get(sweep, "model.safetensors");
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync(Cancel));
        using var beyond = await Get(sweep, "model.safetensors", request => request.Headers.Range = new RangeHeaderValue(20, 30));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using var same = await Get(sweep, "model.safetensors", request => request.Headers.IfNoneMatch.Add(whole.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Fact]
    public async Task A_picture_is_given_as_narrow_as_asked_and_anew_once_it_changed()
    {
        await using var sweep = await Pictured(Picture(60, 30));
        // Of few widths, the next one that is as wide.
        Assert.Equal((32, 16), await Size("?width=20"));
        Assert.Equal((32, 16), await Size("?width=32"));
        Assert.Equal((16, 8), await Size("?width=16"));
        // Nothing is made larger than it is.
        Assert.Equal((60, 30), await Size("?width=600"));
        Write(Path.Combine(node.Folder.Evaluation(sweep.Name, 1, 1), "samples.png"), Picture(80, 80));
        Assert.Equal((32, 32), await Size("?width=20"));

        async Task<(int, int)> Size(string query)
        {
            using var answer = await node.Http.GetAsync($"{sweep.Path}/trials/0001/artifacts/samples.png{query}", Cancel);
            Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
            using var picture = SKBitmap.Decode(await answer.Content.ReadAsByteArrayAsync(Cancel));
            return (picture.Width, picture.Height);
        }
    }

    [Theory]
    [InlineData("15")]
    [InlineData("2049")]
    [InlineData("wide")]
    [InlineData("-20")]
    public async Task A_width_out_of_bounds_is_refused(string width)
    {
        await using var sweep = await Pictured(Picture(60, 30));
        using var answer = await node.Http.GetAsync($"{sweep.Path}/trials/0001/artifacts/samples.png?width={width}", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("16 to 2048", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_is_given_as_it_is()
    {
        await using var sweep = await Pictured([.. "no picture"u8]);
        using var answer = await node.Http.GetAsync($"{sweep.Path}/trials/0001/artifacts/samples.png?width=20", Cancel);
        Assert.Equal("no picture", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("secret.txt")]
    [InlineData("..%2F..%2F..%2F..%2Fsecret.txt")]
    [InlineData("%2e%2e%2fsecret.txt")]
    [InlineData("..%5Csecret.txt")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("link.png")]
    [InlineData("model.safetensors")]
    [InlineData("samples.png%00")]
    public async Task No_name_leads_out_of_the_trials_folder(string name)
    {
        Write(Path.Combine(node.Folder.Root, "secret.txt"), "secret"u8);
        Write(Path.Combine(node.Folder.Root, "outside", "model.safetensors"), "secret"u8);
        await using var sweep = await node.SubmitAsync(1);
        // What an evaluator or worker says is believed no more than what a caller says.
        await sweep.TrainAsync(3, Path.Combine(node.Folder.Attempt(sweep.Name, 1, 1), "..", "..", "..", "..", "..", "outside"));
        await sweep.EvaluateAsync(
            2.5,
            "samples.png",
            "../../../../../secret.txt",
            Path.Combine(node.Folder.Root, "secret.txt"),
            "link.png"
        );
        var evaluation = node.Folder.Evaluation(sweep.Name, 1, 1);
        Write(Path.Combine(evaluation, "samples.png"), Picture(60, 30));
        File.CreateSymbolicLink(Path.Combine(evaluation, "link.png"), Path.Combine(node.Folder.Root, "secret.txt"));

        using var answer = await node.Http.GetAsync($"{sweep.Path}/trials/0001/artifacts/{name}", Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
        Assert.DoesNotContain("secret\n", await answer.Content.ReadAsStringAsync(Cancel) + "\n", StringComparison.Ordinal);
        Assert.Equal(
            ["samples.png"],
            (await sweep.GetAsync("/trials/0001"))
                .GetProperty("artifacts")
                .EnumerateArray()
                .Select(one => one.GetProperty("name").GetString())
        );
    }

    async Task<TestSweep> Pictured(byte[] picture)
    {
        var sweep = await node.SubmitAsync(1);
        await sweep.TrainAsync(3);
        await sweep.EvaluateAsync(2.5, "samples.png");
        Write(Path.Combine(node.Folder.Evaluation(sweep.Name, 1, 1), "samples.png"), picture);
        return sweep;
    }

    async Task<HttpResponseMessage> Get(TestSweep sweep, string name, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{sweep.Path}/trials/0001/artifacts/{name}");
        with?.Invoke(request);
        return await node.Http.SendAsync(request, Cancel);
    }

    static byte[] Picture(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.SteelBlue);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
