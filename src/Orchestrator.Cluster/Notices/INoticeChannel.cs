namespace Orchestrator.Cluster.Notices;

/// <summary>A way to tell somebody something.</summary>
public interface INoticeChannel
{
    /// <returns>What came of it; whatever can go wrong on the way is no exception.</returns>
    Task<NoticeDelivery> SendAsync(NoticeMessage message, CancellationToken cancel);
}

/// <summary>What came of sending a message.</summary>
/// <param name="Fault">Why it did not arrive, without any secret; null where it did.</param>
/// <param name="IsFinal">It would not arrive another time either.</param>
/// <param name="After">Not to be tried again before this has passed; null where nobody said so.</param>
public sealed record NoticeDelivery(string? Fault, bool IsFinal = false, TimeSpan? After = null)
{
    public static NoticeDelivery Arrived { get; } = new(Fault: null);
}
