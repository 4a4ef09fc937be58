using System.Globalization;
using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Several sweeps and the slots of one cluster.</summary>
public sealed class SharingSpecs
{
    [Fact]
    public void Slots_are_shared_by_weight_within_five_percent()
    {
        var cluster = new SharedCluster(14, 21, ("a", "{ weight: 1 }"), ("b", "{ weight: 2 }"), ("c", "{ weight: 4 }"));

        cluster.Run(seconds: 600);

        var all = cluster.SlotSeconds.Values.Sum();
        Assert.Equal(14 * 600, all, 0.5);
        Assert.InRange(cluster.SlotSeconds["a"] / all, 1 / 7.0 * 0.95, 1 / 7.0 * 1.05);
        Assert.InRange(cluster.SlotSeconds["b"] / all, 2 / 7.0 * 0.95, 2 / 7.0 * 1.05);
        Assert.InRange(cluster.SlotSeconds["c"] / all, 4 / 7.0 * 0.95, 4 / 7.0 * 1.05);
    }

    [Fact]
    public void Where_a_share_is_less_than_a_slot_sweeps_take_turns_by_their_weights()
    {
        var cluster = new SharedCluster(1, 4, ("a", "{ weight: 1 }"), ("b", "{ weight: 2 }"), ("c", "{ weight: 4 }"));

        cluster.Run(seconds: 6000);

        Assert.InRange(cluster.SlotSeconds["a"] / 6000, 1 / 7.0 * 0.8, 1 / 7.0 * 1.2);
        Assert.InRange(cluster.SlotSeconds["b"] / 6000, 2 / 7.0 * 0.8, 2 / 7.0 * 1.2);
    }

    /// <summary>The bound that the documentation states, for any weights on any few slots, whenever trials end.</summary>
    [Fact]
    public void Nobody_without_a_slot_is_passed_over_more_than_twice_as_often_as_all_weigh_more_than_it() =>
        Gen.Select(
                Gen.Int[1, 4],
                Gen.OneOf(Gen.Const(0.25), Gen.Const(1.0), Gen.Const(2.0), Gen.Const(3.0), Gen.Const(10.0)).Array[2, 6],
                Gen.Int[0, 1000].Array[500]
            )
            .Sample(
                (slots, weights, ends) =>
                {
                    var (turns, running) = (new Turns(), new List<int>());
                    var passed = new int[weights.Length];
                    foreach (var end in ends)
                    {
                        if (running.Count == slots)
                            running.RemoveAt(end % slots);
                        var given = int.Parse(turns.InTurn(Claims(running)).First().Sweep, CultureInfo.InvariantCulture);
                        running.Add(given);
                        turns.Given(Name(given), Claims(running));
                        for (var sweep = 0; sweep < weights.Length; sweep++)
                        {
                            passed[sweep] = running.Contains(sweep) ? 0 : passed[sweep] + 1;
                            Assert.True(passed[sweep] <= Math.Ceiling(2 * weights.Sum() / weights[sweep]), $"{sweep}: {passed[sweep]}");
                        }
                    }

                    List<Claim> Claims(List<int> running) =>
                        [
                            .. weights.Select(
                                (weight, sweep) =>
                                    new Claim(Name(sweep), new SweepShare(0, weight, null), running.Count(one => one == sweep), Waits: true)
                            ),
                        ];

                    static string Name(int sweep) => sweep.ToString(CultureInfo.InvariantCulture);
                }
            );

    [Fact]
    public void A_sweep_that_comes_late_has_its_share_once_so_many_trials_ended_as_it_has_slots()
    {
        var cluster = new SharedCluster(14, 3, ("early", "{ weight: 1 }"));
        cluster.Run(seconds: 30);
        cluster.Add("late", "{ weight: 1 }");

        var ended = cluster.RunUntil(() => cluster.Held("late") == 7);

        Assert.True(ended <= 7, $"{ended} trials ended");
    }

    [Fact]
    public void A_slot_goes_to_the_highest_priority_that_has_work_and_to_the_others_once_it_has_none()
    {
        var cluster = new SharedCluster(4, 5, ("low", "{ priority: -1, weight: 100 }"));
        cluster.Add("high", "{ priority: 1 }", trials: 3);

        cluster.Run(seconds: 0);

        Assert.Equal((3, 1), (cluster.Held("high"), cluster.Held("low")));
    }

    [Fact]
    public void Trials_leave_for_a_higher_priority_the_newest_first_and_no_more_than_it_has_work_for()
    {
        var (low, middle, high) = (
            Training("low", "{ priority: 0 }", 3),
            Training("middle", "{ priority: 1 }", 3, more: 0),
            Waiting("high", 2)
        );

        var preempted = Sharing.Preemptions([low.Sweep, middle.Sweep, high.Sweep], (_, _, _) => true, Now);

        Assert.Equal([new Preemption("low", 3, "high"), new Preemption("low", 2, "high")], preempted);
        foreach (var one in preempted)
            low.Do(new PreemptTrial(one.Token, one.By));
        Assert.Equal([2, 3], low.Sweep.Leases.Values.Where(held => low.Sweep.Recalls(held.Lease)).Select(held => held.Lease.Trial).Order());
        // They are on their way: nobody else is asked.
        Assert.Empty(Sharing.Preemptions([low.Sweep, middle.Sweep, high.Sweep], (_, _, _) => true, Now));
    }

    [Fact]
    public void Of_one_priority_the_sweep_gives_that_has_the_most_for_its_weight()
    {
        var (heavy, light) = (Training("heavy", "{ weight: 4 }", 4), Training("light", "{ weight: 1 }", 3));

        var preempted = Sharing.Preemptions([heavy.Sweep, light.Sweep, Waiting("high", 3).Sweep], (_, _, _) => true, Now);

        Assert.Equal(["light", "light", "heavy"], preempted.Select(one => one.Sweep));
    }

    [Fact]
    public void Nobody_leaves_for_a_sweep_of_the_same_priority_for_one_that_does_not_fit_or_that_cannot_use_it()
    {
        var (low, high) = (Training("low", "{}", 3), Waiting("high", 2));

        Assert.Empty(Sharing.Preemptions([low.Sweep, Waiting("same", 2, priority: 0).Sweep], (_, _, _) => true, Now));
        Assert.Empty(Sharing.Preemptions([low.Sweep, high.Sweep], (_, _, _) => false, Now));
        high.Do(new SetSweep(high.Sweep.Share.Values.SetItem("max_slots", "1")));
        Assert.Single(Sharing.Preemptions([low.Sweep, high.Sweep], (_, _, _) => true, Now));
        high.Do(new NoteWait("no slot can hold it"));
        Assert.Empty(Sharing.Preemptions([low.Sweep, high.Sweep], (_, _, _) => true, Now));
        high.Do(new NoteWait(null));
        high.Do(new PauseSweep());
        Assert.Empty(Sharing.Preemptions([low.Sweep, high.Sweep], (_, _, _) => true, Now));
    }

    [Fact]
    public void Who_leaves_for_another_sweep_is_charged_nothing_and_goes_on_first()
    {
        var domain = SweepDomain.WithTrials(3, "retries: { crash: 0, out_of_memory: 0, divergence: 0 }");
        var lease = domain.Train();

        Assert.Single(domain.Do(new PreemptTrial(lease.Token, "high")).Events);
        Assert.Equal(Decision.Nothing, domain.Do(new PreemptTrial(lease.Token, "high")));
        domain.End(lease, AttemptCause.Interrupted);

        var again = domain.Train();
        Assert.Equal((1, 2, false), (again.Trial, again.Attempt, domain.Sweep.Recalls(again)));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void A_bound_holds_from_the_next_grant_on_and_what_is_beyond_a_new_one_leaves()
    {
        var domain = SweepDomain.WithTrials(4, "share: { max_slots: 3 }");
        domain.Train();
        domain.Train();
        domain.Train();
        Assert.Null(domain.Grant(WorkKind.Training));

        domain.Do(new SetSweep(domain.Sweep.Share.Values.SetItem("max_slots", "1")));
        Assert.Equal(
            [2, 3],
            domain.Sweep.Leases.Values.Where(held => domain.Sweep.Recalls(held.Lease)).Select(held => held.Lease.Trial).Order()
        );

        domain.Do(new SetSweep(domain.Sweep.Share.Values.SetItem("max_slots", "none")));
        domain.Train();
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void What_is_set_stays_where_the_same_file_comes_again()
    {
        var domain = SweepDomain.WithTrials(1);
        domain.Do(new SetSweep(domain.Sweep.Share.Values.SetItem("priority", "7")));

        Assert.Equal(Decision.Nothing, domain.Do(new SubmitSweep(domain.Sweep.Spec, "")));
        Assert.Equal(7, domain.Sweep.Share.Priority);
        Assert.Equal(Decision.Nothing, domain.Do(new SetSweep(domain.Sweep.Share.Values)));
    }

    [Theory]
    [InlineData("priority", "high", "priority: expected a whole number of at least -1000, not 'high'")]
    [InlineData("weight", "0", "weight: expected a number above 0 and at most 1000, not '0'")]
    [InlineData("max_slots", "0", "max_slots: expected a whole number of at least 1, not '0'; or none")]
    [InlineData("wieght", "2", "wieght: not to be set while a sweep runs; did you mean 'weight'?")]
    [InlineData(
        "seed",
        "2",
        "seed: not to be set while a sweep runs; priority, weight, max_slots, budget.gpu_hours, budget.slot_hours, budget.cost, "
            + "budget.until, training.max_hours are"
    )]
    public void What_cannot_be_set_is_refused_with_what_can(string name, string text, string fault)
    {
        Assert.Equal(fault, Assert.Single(Settable.Faults(new Dictionary<string, string> { [name] = text })));
        var domain = SweepDomain.WithTrials(1);
        Assert.Equal(fault, domain.Do(new SetSweep(domain.Sweep.Share.Values.Clear().Add(name, text))).Refusal);
    }

    [Fact]
    public void Values_make_the_share_that_they_are_of() =>
        Gen.Select(Gen.Int[-1_000, 1_000], Gen.Double[1e-6, 1_000], Gen.Int[1, int.MaxValue].Nullable())
            .Select((priority, weight, most) => new SweepShare(priority, weight, most))
            .Sample(share => Assert.Equal(share, SweepShare.Default.With(share.Values)));

    static readonly DateTimeOffset Now = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    static SweepDomain Training(string name, string share, int trials, int more = 5)
    {
        var domain = Sweep(name, share, trials + more);
        for (var slot = 0; slot < trials; slot++)
            domain.Train(slot: slot);
        return domain;
    }

    static SweepDomain Waiting(string name, int trials, int priority = 5) => Sweep(name, $"{{ priority: {priority} }}", trials);

    static SweepDomain Sweep(string name, string share, int trials) =>
        SweepDomain.Of(
            $$"""
            name: {{name}}
            dataset: digits
            share: {{share}}
            parameters: { replicate: [{{string.Join(", ", Enumerable.Range(1, trials))}}] }
            """
        );

    /// <summary>Slots that work for sweeps by the rules, each trial for 10 to 40 simulated seconds.</summary>
    sealed class SharedCluster
    {
        readonly List<SweepDomain> _sweeps = [];
        readonly PriorityQueue<(int Slot, SweepDomain Sweep, Lease Lease), double> _running = new();
        readonly Queue<int> _free;
        readonly Turns _turns = new();
        readonly long _seed;
        double _now;
        int _begun;

        public SharedCluster(int slots, long seed, params (string Name, string Share)[] sweeps)
        {
            _free = new(Enumerable.Range(0, slots));
            _seed = seed;
            foreach (var (name, share) in sweeps)
                Add(name, share);
        }

        public Dictionary<string, double> SlotSeconds { get; } = [];

        public void Add(string name, string share, int trials = 400) => _sweeps.Add(Sweep(name, share, trials));

        public int Held(string sweep) => Sharing.Held(_sweeps.Single(one => one.Sweep.Spec.Name == sweep).Sweep, WorkKind.Training);

        public void Run(double seconds)
        {
            var until = _now + seconds;
            Grant();
            while (_running.TryPeek(out _, out var at) && at < until)
                Step();
            Pass(until);
        }

        /// <returns>How many trials ended.</returns>
        public int RunUntil(Func<bool> isSo)
        {
            var ended = 0;
            for (; !isSo(); ended++)
                Step();
            return ended;
        }

        void Step()
        {
            _running.TryDequeue(out var ended, out var at);
            Pass(at);
            ended.Sweep.FinishTraining(ended.Lease);
            _free.Enqueue(ended.Slot);
            Grant();
        }

        void Pass(double until)
        {
            foreach (var sweep in _sweeps)
                SlotSeconds[sweep.Sweep.Spec.Name] =
                    SlotSeconds.GetValueOrDefault(sweep.Sweep.Spec.Name) + Held(sweep.Sweep.Spec.Name) * (until - _now);
            _now = until;
        }

        List<Claim> Claims() => [.. _sweeps.Select(one => Sharing.ClaimOf(one.Sweep, WorkKind.Training))];

        void Grant()
        {
            while (_free.TryPeek(out var slot))
            {
                var taken = _turns
                    .InTurn(Claims())
                    .Select(claim => _sweeps.Single(one => one.Sweep.Spec.Name == claim.Sweep))
                    .Select(one => (Sweep: one, Lease: one.Grant(WorkKind.Training, slot: slot)))
                    .FirstOrDefault(one => one.Lease is not null);
                if (taken.Lease is null)
                    return;
                _turns.Given(taken.Sweep.Sweep.Spec.Name, Claims());
                _free.Dequeue();
                _running.Enqueue((slot, taken.Sweep, taken.Lease), _now + 10 + Seed.Derive(_seed, "seconds", _begun++) % 30_000 / 1000.0);
            }
        }
    }
}
