using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Web.Server;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Server;

[Collection(nameof(Sequential))]
public sealed class FuzzSpecs(ITestOutputHelper output)
{
    const int Requests = 10_000,
        WarmUp = 2_000,
        AtOnce = 32,
        LeftOpen = 200;
    const long LargestGrowth = 24 << 20;
    static readonly TimeSpan Stuck = TimeSpan.FromSeconds(20),
        Waiting = TimeSpan.FromMilliseconds(200);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Trait("Needs", "time")]
    [Fact]
    public async Task Ten_thousand_malformed_requests_do_no_harm()
    {
        using var connections = new OpenConnections();
        var before = connections.Count;
        await using var node = await TestNode.StartAsync(
            new()
            {
                Workers = 0,
                // The handlers are to be reached: nothing is kept from them by its rate. What is sent slowly is given up sooner than usual.
                Limits = new WebLimits
                {
                    Reads = new RequestRate(1_000_000, 1_000_000),
                    Writes = new RequestRate(1_000_000, 1_000_000),
                    Headings = TimeSpan.FromSeconds(3),
                    KeepAlive = TimeSpan.FromSeconds(3),
                },
            }
        );
        // The first one is stopped in time, and would be deleted: what was forked from it keeps it.
        foreach (var file in (string[])[Calls.Sweep("mine"), Calls.Sweep("kept") + "\nfork: { sweep: mine }\n"])
            using (var submitted = await node.Client.SubmitAsync(file))
                Assert.True(submitted.IsSuccessStatusCode);

        var began = TimeProvider.System.GetTimestamp();
        var answers = new ConcurrentDictionary<int, int>();
        await SendAsync(node, 0, WarmUp, answers);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        await Task.WhenAll(SendAsync(node, WarmUp, Requests, answers), LeaveOpenAsync(node));
        var took = TimeProvider.System.GetElapsedTime(began);

        // No connection is left but that of the test's own client.
        node.Client.Dispose();
        await Eventually.TrueAsync(() => connections.Count <= before);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine(
            $"{took.TotalSeconds:F1} s; {growth >> 10} KB more; "
                + $"{string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key}: {answer.Value}"))}"
        );

        Assert.Equal(Requests, answers.Values.Sum());
        Assert.DoesNotContain(answers.Keys, status => status >= 500 && status is not (501 or 505));
        Assert.InRange(growth, long.MinValue, LargestGrowth);
        // It did not only refuse: some of it reached each kind of handler.
        Assert.All([200, 400, 404, 405], status => Assert.InRange(answers.GetValueOrDefault(status), 50, Requests));
        using var client = new HttpClient { BaseAddress = node.Address };
        Assert.Contains(
            (await client.JsonAsync("/api/sweeps")).GetProperty("sweeps").EnumerateArray(),
            sweep => sweep.GetProperty("id").GetString() == "mine"
        );
    }

    static Task SendAsync(TestNode node, int from, int to, ConcurrentDictionary<int, int> answers) =>
        Parallel.ForEachAsync(
            Enumerable.Range(from, to - from),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel },
            async (number, _) =>
            {
                var answer = await ExchangeAsync(node, FuzzedRequest.Of(number), number);
                var status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
                    ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture)
                    : 0;
                Assert.False(status is 500 or 502 or 503 or 504, $"request {number}: {answer}");
                // What is no HTTP at all the server refuses with an empty answer; every other error is a problem document.
                Assert.True(
                    status < 400
                        || answer.Contains("application/problem+json", StringComparison.Ordinal)
                        || answer.Contains("Content-Length: 0", StringComparison.Ordinal),
                    $"request {number}: {answer}"
                );
                answers.AddOrUpdate(status, 1, (_, count) => count + 1);
            }
        );

    /// <summary>Sends everything and reads to the end; where the server waits for more, it is told that nothing will come.</summary>
    static async Task<string> ExchangeAsync(TestNode node, byte[] request, int number)
    {
        using var socket = await ConnectAsync(node);
        var answer = new MemoryStream();
        using var stuck = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        stuck.CancelAfter(Stuck);
        try
        {
            var sending = socket.SendAsync(request, stuck.Token).AsTask();
            var buffer = new byte[8192];
            var receiving = socket.ReceiveAsync(buffer, stuck.Token).AsTask();
            if (await Task.WhenAny(receiving, Task.Delay(Waiting, stuck.Token)) != receiving)
                socket.Shutdown(SocketShutdown.Send);
            for (var read = await receiving; read > 0; read = await socket.ReceiveAsync(buffer, stuck.Token))
                answer.Write(buffer.AsSpan(0, read));
            await sending;
        }
        catch (SocketException)
        {
            // refused before all of it was sent
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            Assert.Fail($"request {number} is stuck: {Encoding.Latin1.GetString(request.AsSpan(0, Math.Min(300, request.Length)))}");
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Begins requests and says nothing more: the server has to lose its patience.</summary>
    static Task LeaveOpenAsync(TestNode node) =>
        Task.WhenAll(
            Enumerable
                .Range(0, LeftOpen)
                .Select(async number =>
                {
                    string[] beginnings =
                    [
                        "",
                        "GET",
                        "GET /api/sweeps HTTP/1.1\r\nHost: loc",
                        "POST /api/sweeps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nname: ",
                        "POST /api/sweeps HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nna",
                    ];
                    using var socket = await ConnectAsync(node);
                    await socket.SendAsync(Encoding.ASCII.GetBytes(beginnings[number % beginnings.Length]), Cancel);
                    using var stuck = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                    stuck.CancelAfter(Stuck);
                    var buffer = new byte[8192];
                    try
                    {
                        while (await socket.ReceiveAsync(buffer, stuck.Token) > 0)
                        {
                            // to the end
                        }
                    }
                    catch (SocketException)
                    {
                        // reset
                    }
                })
        );

    static async Task<Socket> ConnectAsync(TestNode node)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, node.Address.Port, Cancel);
        return socket;
    }

    /// <summary>How many connections the servers of this process have open, by their own count.</summary>
    sealed class OpenConnections : IDisposable
    {
        readonly MeterListener _listener = new();
        long _count;

        public OpenConnections()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "kestrel.active_connections")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _count, change));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
