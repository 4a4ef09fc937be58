using Orchestrator.Web.Events;

namespace Orchestrator.Web.Tests.Events;

/// <summary>A listener that does not take what it is told.</summary>
public sealed class EventSubscriberSpecs
{
    static readonly byte[] News = "data: news\n\n"u8.ToArray();

    [Fact]
    public void A_full_queue_cuts_its_listener_off_and_keeps_what_was_told_before()
    {
        using var subscriber = new EventSubscriber("one", backlog: 2, () => true);
        subscriber.Offer(News);
        subscriber.Offer(News);
        Assert.False(subscriber.Cut.IsCancellationRequested);
        subscriber.Offer(News);
        Assert.True(subscriber.Cut.IsCancellationRequested);
        Assert.Equal(2, subscriber.Queue.Count);
    }

    [Fact]
    public void Who_takes_what_it_is_told_is_never_cut_off()
    {
        using var subscriber = new EventSubscriber("one", backlog: 2, () => true);
        for (var told = 0; told < 100; told++)
        {
            subscriber.Offer(News);
            Assert.True(subscriber.Queue.TryRead(out _));
        }

        Assert.False(subscriber.Cut.IsCancellationRequested);
    }
}
