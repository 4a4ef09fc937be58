using Orchestrator.Web.Events;

namespace Orchestrator.Web.Tests.Cluster;

/// <summary>A listener that does not take what it is told.</summary>
public sealed class FollowerSpecs
{
    static readonly byte[] News = "data: news\n\n"u8.ToArray();

    [Fact]
    public void A_full_queue_cuts_its_listener_off_and_keeps_what_was_told_before()
    {
        using var follower = new Follower("one", backlog: 2, () => true);
        follower.Offer(News);
        follower.Offer(News);
        Assert.False(follower.Cut.IsCancellationRequested);
        follower.Offer(News);
        Assert.True(follower.Cut.IsCancellationRequested);
        Assert.Equal(2, follower.Queue.Count);
    }

    [Fact]
    public void Who_takes_what_it_is_told_is_never_cut_off()
    {
        using var follower = new Follower("one", backlog: 2, () => true);
        for (var told = 0; told < 100; told++)
        {
            follower.Offer(News);
            Assert.True(follower.Queue.TryRead(out _));
        }

        Assert.False(follower.Cut.IsCancellationRequested);
    }
}
