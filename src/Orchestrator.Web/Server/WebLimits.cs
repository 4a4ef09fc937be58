namespace Orchestrator.Web.Server;

/// <summary>How much of anybody a node takes over HTTP.</summary>
public sealed record WebLimits
{
    public int BodyBytes { get; init; } = 512 << 10;
    public int HeaderBytes { get; init; } = 16 << 10;
    public int Headers { get; init; } = 64;
    public int RequestLineBytes { get; init; } = 8 << 10;
    public int Connections { get; init; } = 1000;

    /// <summary>Connections of callers on other machines: the rest is for probes and callers on this one.</summary>
    public int ConnectionsFromElsewhere { get; init; } = 900;

    /// <summary>Connections of one caller. One more takes the place of the one that has been silent for longest.</summary>
    public int ConnectionsOfOne { get; init; } = 250;

    /// <summary>Time for the first byte of a connection to arrive.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for all headers to arrive.</summary>
    public TimeSpan Headings { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests of one caller: each second, and at once after a rest. A page of many pictures asks for a lot at once.</summary>
    public RequestRate Reads { get; init; } = new(100, 400);

    /// <summary>The reads of one caller that have many different or large answers: trials, results, curves, journal, log, state.</summary>
    public RequestRate Details { get; init; } = new(20, 100);

    public RequestRate Writes { get; init; } = new(10, 40);

    /// <summary>Probes of one caller, each second. More of them wait, as many as there are connections: a node under load must not look
    /// dead.</summary>
    public int Probes { get; init; } = 200;

    /// <summary>How long the answer to one request too many is held back: whoever does not wait by itself is made to.</summary>
    public TimeSpan HeldBack { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of answers on their way to one caller, and to all.</summary>
    public long AnswersOfOne { get; init; } = 64 << 20;

    public long Answers { get; init; } = 256 << 20;

    /// <summary>Callers that follow <c>/api/events</c> at a time.</summary>
    public int Subscribers { get; init; } = 100;

    /// <summary>How many times one caller follows <c>/api/events</c> at a time: the pages of one person.</summary>
    public int SubscribersOfOne { get; init; } = 20;

    /// <summary>Batches of events that a caller may lag behind before it is dropped; one batch a second at most.</summary>
    public int SubscriberBacklog { get; init; } = 32;

    /// <summary>After this a caller of <c>/api/events</c> has to come again, and show again that it may.</summary>
    public TimeSpan LongestSubscription { get; init; } = TimeSpan.FromMinutes(10);
}

public sealed record RequestRate(double PerSecond, int AtOnce);
