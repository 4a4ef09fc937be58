using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Optimisation;

public sealed class OptimisationSpecs
{
    [Theory]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("adamax")]
    public void An_optimiser_walks_as_libtorchs_does(string name)
    {
        using var scope = NewDisposeScope();
        var start = randn(50, generator: new Generator(1));
        var theirs = new TorchSharp.Modules.Parameter(start.clone());
        var ours = start.clone();
        using optim.Optimizer reference = name switch
        {
            "adam" => optim.Adam([theirs], lr: 0.01),
            "adamw" => optim.AdamW([theirs], lr: 0.01, weight_decay: 0.3),
            _ => optim.Adamax([theirs], lr: 0.01),
        };
        using var optimizer = Optimizers.Create(
            ours,
            Training(0, name == "adamw" ? [("training.optimizer", name), ("training.weight_decay", "0.3")] : [("training.optimizer", name)])
        );
        for (var step = 1; step <= 30; step++)
        {
            var gradient = randn(50, generator: new Generator((ulong)step)) * step;
            theirs.grad = gradient;
            reference.step();
            optimizer.Step(gradient, 0.01, step);
        }

        Assert.True((start - ours).abs().min().item<float>() > 1e-4);
        Assert.True((theirs - ours).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void An_optimiser_is_the_same_whether_or_not_its_moments_moved_to_another()
    {
        using var scope = NewDisposeScope();
        foreach (var name in Optimizers.Names)
        {
            var training = Training(0, ("training.optimizer", name));
            var start = randn(20, generator: new Generator(1));
            var (whole, parts) = (start.clone(), start.clone());
            using var undisturbed = Optimizers.Create(whole, training);
            using var first = Optimizers.Create(parts, training);
            using var second = Optimizers.Create(parts, training);
            for (var step = 1; step <= 6; step++)
            {
                var gradient = randn(20, generator: new Generator((ulong)step));
                undisturbed.Step(gradient, 0.01, step);
                if (step == 4)
                    foreach (var (from, to) in first.Moments.Zip(second.Moments))
                        to.Values.copy_(from.Values);
                (step < 4 ? first : second).Step(gradient, 0.01, step);
            }

            Assert.Equal(whole.data<float>(), parts.data<float>());
        }
    }

    [Fact]
    public void The_average_moves_towards_the_weights_by_its_decay()
    {
        using var scope = NewDisposeScope();
        var weights = zeros(1);
        using var average = new ExponentialMovingAverage(weights, decay: 0.99);
        weights.fill_(1);
        average.Step(1);
        Assert.Equal(1 - 2.0 / 11, average.Values.item<float>(), 1e-6);
        average.Step(10_000);
        Assert.Equal(1 - 0.99 * 2.0 / 11, average.Values.item<float>(), 1e-6);
    }

    [Fact]
    public void No_decay_makes_the_average_the_weights_themselves()
    {
        using var scope = NewDisposeScope();
        var weights = zeros(3);
        using var average = new ExponentialMovingAverage(weights, decay: 0);
        weights.copy_(tensor(new[] { 0.1f, 0.2f, 0.3f }));
        average.Step(1);
        Assert.Equal(weights.data<float>(), average.Values.data<float>());
    }

    [Fact]
    public void The_average_takes_the_weights_place_for_a_while()
    {
        using var scope = NewDisposeScope();
        var weights = zeros(1);
        using var average = new ExponentialMovingAverage(weights, decay: 0.5);
        weights.fill_(4);
        using (average.InPlaceOfWeights())
            Assert.Equal(0, weights.item<float>());
        Assert.Equal(4, weights.item<float>());
    }

    [Theory]
    [InlineData(1, 0.1 / 20)]
    [InlineData(10, 0.05)]
    [InlineData(20, 0.1)]
    [InlineData(21, 0.1)]
    [InlineData(1_000_000, 0.1)]
    public void The_learning_rate_rises_linearly_over_the_warm_up(long step, double expected) =>
        Assert.Equal(expected, LearningRate.At(step, Training(warmupEpochs: 2), stepsPerEpoch: 10), 1e-12);

    [Fact]
    public void Matrix_products_of_a_GPU_are_rounded_where_that_is_asked_for()
    {
        NumberFormats.Use("tf32");
        Assert.Equal((true, true), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
        NumberFormats.Use("float32");
        Assert.Equal((false, false), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
    }

    [Fact]
    public void Without_warm_up_the_first_step_is_whole() =>
        Assert.Equal(0.1, LearningRate.At(1, Training(warmupEpochs: 0), stepsPerEpoch: 10));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 1)]
    [InlineData(2, 1)]
    [InlineData(8, 0.25)]
    [InlineData(3, 2.0 / 3)]
    public void A_gradient_above_the_limit_is_brought_down_to_it(double norm, double factor) =>
        Assert.Equal(factor, GradientClip.Factor(tensor(norm), limit: 2).item<double>());

    // 5 epochs of 10 steps, of which 2 are warm-up: 30 steps are left.
    [Theory]
    [InlineData("schedule=cosine", 21, 0.1)]
    [InlineData("schedule=cosine", 36, 0.05)]
    [InlineData("schedule=cosine", 50, 0.1 * 0.5 * 0.005478104631726711)]
    [InlineData("schedule=cosine cosine_restart=4", 31, 0.05)]
    [InlineData("schedule=cosine cosine_restart=4", 41, 0.1)]
    [InlineData("schedule=cosine cosine_restart=4", 46, 0.05)]
    [InlineData("schedule=cosine cosine_hold=4", 31, 0.05)]
    [InlineData("schedule=cosine cosine_hold=4", 40, 0.1 * 0.5 * 0.012311659404862242)]
    [InlineData("schedule=cosine cosine_hold=4", 50, 0.1 * 0.5 * 0.012311659404862242)]
    [InlineData("schedule=step decay_epochs=1 decay_factor=0.5", 30, 0.1)]
    [InlineData("schedule=step decay_epochs=1 decay_factor=0.5", 31, 0.05)]
    [InlineData("schedule=step decay_epochs=1 decay_factor=0.5", 50, 0.025)]
    [InlineData("schedule=step", 50, 0.1)]
    [InlineData("schedule=constant", 50, 0.1)]
    public void The_learning_rate_follows_its_schedule_after_the_warm_up(string schedule, long step, double expected)
    {
        var training = Training(
            warmupEpochs: 2,
            [.. schedule.Split(' ').Select(setting => setting.Split('=')).Select(pair => ($"training.{pair[0]}", pair[1]))]
        );
        Assert.Equal(expected, LearningRate.At(step, training, stepsPerEpoch: 10), 1e-12);
        Assert.Equal(0.05, LearningRate.At(10, training, stepsPerEpoch: 10), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.31)]
    [InlineData(5)]
    [InlineData(9)]
    public void Every_schedule_stays_above_zero_and_at_most_its_rate_at_every_step(double warmupEpochs) =>
        Assert.All(
            LearningRate.Schedules,
            schedule =>
                Assert.All(
                    Enumerable.Range(1, 50),
                    step =>
                        Assert.InRange(
                            LearningRate.At(step, Training(warmupEpochs, ("training.schedule", schedule)), stepsPerEpoch: 10),
                            1e-6,
                            0.1
                        )
                )
        );

    /// <summary>5 epochs at a rate of 0.1.</summary>
    static TrainingSettings Training(double warmupEpochs, params (string Path, string Text)[] changes) =>
        TrialSettings
            .Default.With([
                ("training.epochs", "5"),
                ("training.learning_rate", "0.1"),
                ("training.warmup_epochs", $"{warmupEpochs}"),
                .. changes,
            ])
            .Training;
}
