using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Polly;
using Polly.Retry;

namespace Orchestrator.Training.Checkpoints;

/// <summary>Asks again while a fault may pass: server errors, throttling, resets, time-outs and content damaged on its way.</summary>
/// <remarks>In place of the client library's own retries, which end where the body of an answer begins.</remarks>
sealed class S3Retry(TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(1);
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(16);

    static readonly string[] Passing =
    [
        "SlowDown",
        "RequestTimeout",
        "BadDigest",
        "XAmzContentSHA256Mismatch",
        "XAmzContentChecksumMismatch",
        "IncompleteBody",
    ];

    /// <summary>Processes that were refused together come back one after the other.</summary>
    static readonly double Spread = 1 + Environment.ProcessId % 64 / 64.0;

    /// <param name="what">Begins the message of a failure.</param>
    /// <exception cref="StorageException">It will not pass, or did not within two minutes.</exception>
    public async Task<T> Run<T>(string what, Func<CancellationToken, Task<T>> request)
    {
        var begun = time.GetTimestamp();
        var again = new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = args =>
                ValueTask.FromResult(
                    args.Outcome.Exception is { } fault && MayPass(fault) && Elapsed() + Wait(args.AttemptNumber) < Longest
                ),
            DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Wait(args.AttemptNumber)),
        };
        try
        {
            return await new ResiliencePipelineBuilder { TimeProvider = time }
                .AddRetry(again)
                .Build()
                .ExecuteAsync(async _ => await Try().ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (Exception fault) when (MayPass(fault))
        {
            throw new StorageException($"{what}: {Describe(fault)}; given up after {Elapsed().TotalSeconds:F0} s");
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException)
        {
            throw new StorageException($"{what}: {Describe(fault)}");
        }

        TimeSpan Elapsed() => time.GetElapsedTime(begun);

        async Task<T> Try()
        {
            var left = Longest - Elapsed();
            using var timeout = new CancellationTokenSource(left < LongestTry ? left : LongestTry);
            return await request(timeout.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The rest after a try: twice as long after each, up to the longest.</summary>
    /// <param name="tried">Number of the try, from 0.</param>
    static TimeSpan Wait(int tried) => Spread * Math.Min(Math.Pow(2, tried), LongestWait / FirstWait) * FirstWait;

    static bool MayPass(Exception fault) =>
        fault is AmazonServiceException { StatusCode: not 0 } answer
            ? answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                || Passing.Contains(answer.ErrorCode)
            : Chain(fault)
                .Any(e => e is IOException or HttpRequestException or SocketException or TimeoutException or OperationCanceledException);

    static string Describe(Exception fault) =>
        fault switch
        {
            AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } refused =>
                $"{Answer(refused)}; check {S3Credentials.KeyId} and {S3Credentials.Secret}, and what they are allowed to do",
            AmazonServiceException { StatusCode: not 0 } answer => Answer(answer),
            _ when Chain(fault).Any(e => e is OperationCanceledException) => "no answer in time",
            _ => Chain(fault).Last().Message,
        };

    static string Answer(AmazonServiceException answer) => $"{(int)answer.StatusCode} {answer.ErrorCode}";

    static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }
}
