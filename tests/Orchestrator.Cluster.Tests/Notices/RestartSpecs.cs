using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Notices;

/// <summary>One coordinator after the other over one journal, with a real server at the end.</summary>
public sealed class RestartSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    Akka.TestKit.TestProbe? _states;

    [Fact]
    public async Task What_was_not_told_is_told_by_the_next_coordinator_and_what_was_is_not_told_again()
    {
        await using var server = await HookServer.StartAsync();
        await using var mail = new MailServer();
        using var folder = new TemporaryFolder();
        var channels = ChannelFile.Parse(
            "n.conf",
            $"[ops]\nwebhook = {server.Address}\n[mail]\nsmtp = 127.0.0.1:{mail.Port}\nfrom = a@b.example\nto = c@d.example",
            folder.Data,
            TimeProvider.System
        );
        server.AnswerBy(503);
        _states = CreateTestProbe();
        Sys.EventStream.Subscribe(_states, typeof(SweepProtocol.SweepChanged));
        var first = Start(channels);
        first.Tell(new SweepProtocol.Submit(Spec(2, more: "notify: { channels: [ops, mail] }\nretries: { crash: 0 }"), "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        await FailTrial(first);
        var refused = await server.NextAsync();
        Assert.Equal("<" + refused.Headers["webhook-id"] + "@b.example>", (await mail.NextAsync()).Header("Message-ID"));
        // That the mail is sent is in the journal before the coordinator goes.
        await Left(1);
        await Stop(first);

        var second = Start(channels);
        var told = await server.NextAsync();
        Assert.Equal(refused.Headers["webhook-id"], told.Headers["webhook-id"]);
        Assert.Equal("trial_failed", JsonDocument.Parse(told.Body).RootElement.GetProperty("type").GetString());
        await Left(0);
        await Stop(second);

        var third = Start(channels);
        await FailTrial(third);
        Assert.Equal(["trial_failed", "sweep_ended"], [Type(await server.NextAsync()), Type(await server.NextAsync())]);
        await mail.NextAsync();
        await mail.NextAsync();
        await Left(0, isOver: true);
        Assert.Equal((0, 0), (server.Left, mail.Left));
    }

    [Fact]
    public async Task A_sweep_that_names_an_unknown_channel_is_refused_and_so_is_its_change()
    {
        var coordinator = Start(
            new NoticeChannels(
                "n.conf",
                null,
                new("/none"),
                ImmutableSortedDictionary<string, INoticeChannel>.Empty.Add("ops", new FakeChannel())
            )
        );
        coordinator.Tell(new SweepProtocol.Submit(Spec(1, more: "notify: { channels: opp }"), "file"), TestActor);
        var refused = await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel);
        Assert.Equal("notify.channels: there is no channel 'opp'; n.conf has ops; did you mean 'ops'?", refused.Reason);
        coordinator.Tell(new SweepProtocol.Submit(Spec(1, more: "notify: { channels: ops }"), "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        coordinator.Tell(new SweepProtocol.Change(Spec(1, more: "notify: { channels: [ops, opp] }"), "file", null), TestActor);
        await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel);
    }

    static string Type(Posted posted) => JsonDocument.Parse(posted.Body).RootElement.GetProperty("type").GetString()!;

    IActorRef Start(NoticeChannels channels) =>
        Sys.ActorOf(SweepCoordinator.Props(name => SweepProps(name), Membership, Metrics, channels: channels));

    async Task Stop(IActorRef coordinator)
    {
        Watch(coordinator);
        Sys.Stop(coordinator);
        await ExpectTerminatedAsync(coordinator, cancellationToken: Cancel);
        Unwatch(coordinator);
    }

    async Task FailTrial(IActorRef coordinator)
    {
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        var token = (await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel)).Lease.Token;
        coordinator.Tell(new WorkProtocol.EndLease("test", token, 1, new AttemptEnd(AttemptCause.Crash, "boom"), null), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
    }

    /// <summary>So many channels are still to be told, as the journal has it.</summary>
    async Task Left(int open, bool isOver = false) =>
        await _states!.FishForMessageAsync(
            message =>
                message is SweepProtocol.SweepChanged { State: var state }
                && state.IsOver == isOver
                && state.Notices.Open.Sum(notice => notice.Channels.Length) == open,
            cancellationToken: Cancel
        );
}
