using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Tests.Metrics;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Notices;

/// <summary>Who is told when, and how often, in virtual time.</summary>
public sealed class NotifierSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    static readonly NoticeDelivery Away = new("away");

    [Fact]
    public async Task Each_channel_is_told_once_and_one_message_after_the_other()
    {
        var (ops, team) = (new FakeChannel(), new FakeChannel());
        var sweep = Failed(2, "[ops, team]");
        Start(ops, team);
        Publish(sweep);
        // Before what was told is in the journal, the sweep says it again.
        Publish(sweep);
        var first = await ops.NextAsync();
        Assert.Equal(("trial_failed", "0001"), (first.Type, first.Trial));
        Assert.EndsWith("-1", first.Id, StringComparison.Ordinal);
        Assert.Equal(0, ops.Asked);
        ops.Answer(NoticeDelivery.Arrived);
        await Done(new NoticeDone("test", sweep.SubmittedAt, 1, "ops", null));
        Assert.Equal("0002", (await ops.NextAsync()).Trial);
        ops.Answer(NoticeDelivery.Arrived);
        await Done(new NoticeDone("test", sweep.SubmittedAt, 2, "ops", null));
        // Nobody waits for another channel.
        Assert.Equal(first, await team.NextAsync());
        Assert.Equal((0, 0), (ops.Asked, team.Asked));
        Assert.Equal(2, await Count("sent"));
    }

    [Fact]
    public async Task What_does_not_arrive_is_sent_again_with_growing_rests_and_the_same_id()
    {
        var ops = new FakeChannel();
        Start(ops);
        Publish(Failed(1, "[ops]"));
        var sent = await ops.NextAsync();
        var failures = 0;
        foreach (var seconds in new[] { 5, 10, 20, 40, 80, 160, 300, 300 })
        {
            ops.Answer(Away);
            await Failures(++failures);
            Scheduler.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            await Task.Yield();
            Assert.Equal(0, ops.Asked);
            Scheduler.Advance(TimeSpan.FromSeconds(0.5));
            Assert.Equal(sent, await ops.NextAsync());
        }

        ops.Answer(NoticeDelivery.Arrived);
        Assert.Null((await ExpectMsgAsync<NoticeDone>(cancellationToken: Cancel)).GivenUpBecause);
    }

    [Fact]
    public async Task A_message_is_given_up_after_a_day_or_where_it_can_never_arrive_and_the_next_one_goes()
    {
        var ops = new FakeChannel();
        Start(ops);
        var sweep = Failed(3, "[ops]");
        Publish(sweep);
        await ops.NextAsync();
        ops.Answer(new NoticeDelivery("HTTP 400", IsFinal: true));
        await Done(new NoticeDone("test", sweep.SubmittedAt, 1, "ops", "HTTP 400"));
        await ops.NextAsync();
        Scheduler.Advance(Notifier.GiveUpAfter);
        ops.Answer(Away);
        await Done(new NoticeDone("test", sweep.SubmittedAt, 2, "ops", "away"));
        Assert.Equal("0003", (await ops.NextAsync()).Trial);
        Assert.Equal(2, await Count("given_up"));
    }

    [Fact]
    public void A_receiver_that_asks_for_a_rest_is_given_it()
    {
        Assert.Equal(TimeSpan.FromSeconds(60), Notifier.Rest(0, TimeSpan.FromSeconds(60)));
        Assert.Equal(Notifier.LongestRest, Notifier.Rest(0, TimeSpan.FromDays(1)));
        Assert.Equal(TimeSpan.FromSeconds(20), Notifier.Rest(2, TimeSpan.FromSeconds(1)));
        Assert.Equal(Notifier.LongestRest, Notifier.Rest(1_000_000, null));
    }

    [Fact]
    public async Task What_was_told_is_said_until_the_sweep_has_kept_it_and_not_sent_again()
    {
        var ops = new FakeChannel();
        Start(ops);
        var sweep = Failed(1, "[ops]");
        Publish(sweep);
        await ops.NextAsync();
        ops.Answer(NoticeDelivery.Arrived);
        var done = new NoticeDone("test", sweep.SubmittedAt, 1, "ops", null);
        await Done(done);
        Publish(sweep);
        await Done(done);
        Publish(SweepState.Apply(sweep, new NoticeSettled(1, "ops", null) { At = Scheduler.Now }));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
        Assert.Equal(0, ops.Asked);
    }

    [Fact]
    public async Task Another_sweep_of_the_same_name_is_told_of_too_and_what_was_open_of_the_first_is_not()
    {
        var ops = new FakeChannel();
        Start(ops);
        Publish(Failed(2, "[ops]"));
        var first = await ops.NextAsync();
        var later = Failed(1, "[ops]", Scheduler.Now.AddHours(1));
        Publish(later);
        ops.Answer(NoticeDelivery.Arrived);
        await ExpectMsgAsync<NoticeDone>(cancellationToken: Cancel);
        var second = await ops.NextAsync();
        Assert.NotEqual(first.Id, second.Id);
        ops.Answer(NoticeDelivery.Arrived);
        await Done(new NoticeDone("test", later.SubmittedAt, 1, "ops", null));
        Assert.Equal(0, ops.Asked);
    }

    [Fact]
    public async Task A_channel_that_is_not_described_or_throws_holds_up_no_other()
    {
        var team = new FakeChannel { Throws = true };
        Start(new FakeChannel(), team);
        var sweep = Failed(1, "[nobody, team]");
        Publish(sweep);
        await Done(new NoticeDone("test", sweep.SubmittedAt, 1, "team", "InvalidOperationException: no"));
        await Failures(1);
    }

    /// <summary>A sweep some of whose trials have failed.</summary>
    SweepState Failed(int trials, string channels, DateTimeOffset? at = null)
    {
        var now = at ?? Scheduler.Now;
        var spec = Spec(5, more: $"notify: {{ channels: {channels} }}");
        var events = SweepDecider.Decide(null, new SubmitSweep(spec, "file"), now).Events;
        var failed = Enumerable
            .Range(1, trials)
            .Select(SweepEvent (trial) => new TrialFailed(trial, new AttemptEnd(AttemptCause.Crash, "boom")) { At = now });
        return JournalReader.Replay([.. events, .. failed])!;
    }

    void Start(FakeChannel ops, FakeChannel? team = null)
    {
        var byName = ImmutableSortedDictionary<string, INoticeChannel>.Empty.Add("ops", ops);
        var channels = new NoticeChannels("the test", null, new DataFolder("/none"), team is null ? byName : byName.Add("team", team));
        var started = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new Parent(Notifier.Props(channels, Metrics.Notices), TestActor, started)));
        started.ExpectMsg<string>(cancellationToken: Cancel);
    }

    void Publish(SweepState sweep) => Sys.EventStream.Publish(new SweepProtocol.SweepChanged(sweep));

    async Task Done(NoticeDone expected) => Assert.Equal(expected, await ExpectMsgAsync<NoticeDone>(cancellationToken: Cancel));

    Task<double?> Count(string outcome) => Exported.Value(Metrics, $"orchestrator_notices_total{{outcome=\"{outcome}\"}}");

    Task Failures(int count) => Eventually.TrueAsync(async () => await Count("failed") == count, TimeSpan.FromSeconds(30));

    /// <summary>Passes on what its child says, as a coordinator does.</summary>
    sealed class Parent : ReceiveActor
    {
        public Parent(Props child, IActorRef heard, IActorRef started)
        {
            Context.ActorOf(child).Tell(new Identify(1));
            Receive<ActorIdentity>(_ => started.Tell("started"));
            ReceiveAny(message => heard.Forward(message));
        }
    }
}

/// <summary>A channel that answers when the test says so.</summary>
sealed class FakeChannel : INoticeChannel
{
    readonly System.Threading.Channels.Channel<NoticeMessage> _sent = System.Threading.Channels.Channel.CreateUnbounded<NoticeMessage>();
    readonly System.Collections.Concurrent.ConcurrentQueue<TaskCompletionSource<NoticeDelivery>> _waiting = new();

    public bool Throws { get; init; }

    /// <summary>Messages that the test has not looked at.</summary>
    public int Asked => _sent.Reader.Count;

    public Task<NoticeDelivery> SendAsync(NoticeMessage message, CancellationToken cancel)
    {
        if (Throws)
            throw new InvalidOperationException("no");
        var answer = new TaskCompletionSource<NoticeDelivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(answer);
        _sent.Writer.TryWrite(message);
        return answer.Task;
    }

    public async Task<NoticeMessage> NextAsync() =>
        await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void Answer(NoticeDelivery delivery)
    {
        Assert.True(_waiting.TryDequeue(out var answer));
        answer.SetResult(delivery);
    }
}
