using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Makes the steps of a training, one after another, and tells what they came to.</summary>
/// <remarks>
/// A GPU works beside the processor, and is faster the further it can be sent ahead: its steps are handed to it without a look at what they
/// come to, and their figures are read together. Where one of them is not finite, the steps since the last look are made once more, each
/// looked at: the one at which training diverged is told as on a CPU, with the weights as they were before it.
/// </remarks>
/// <param name="step">Of a step's number: its images [B,C,H,W], dequantised, and its learning rate.</param>
/// <param name="isSentAhead">The device works beside the processor.</param>
sealed class TrainingSteps(TrainingState state, Func<long, (Tensor Images, double LearningRate)> step, bool isSentAhead) : IDisposable
{
    /// <summary>Steps that are sent ahead at most: some seconds of work.</summary>
    const int MostAhead = 200;

    readonly List<StepFigures> seen = [];
    readonly List<Tensor> ahead = [];
    StateCopy? before;

    /// <summary>There are figures to read that cost no waiting, or so many steps ahead that they have to be waited for.</summary>
    public bool IsToRead => seen.Count > 0 || ahead.Count == MostAhead;

    /// <summary>Makes the next step, or sends it ahead.</summary>
    /// <exception cref="TrialFailure">It is not finite (divergence).</exception>
    public void Advance()
    {
        using var scope = NewDisposeScope();
        if (!isSentAhead)
        {
            seen.Add(Seen());
            return;
        }

        before ??= state.Copy();
        var (images, learningRate) = step(state.Step + 1);
        ahead.Add(state.AdvanceUnseen(images, learningRate).DetachFromDisposeScope());
    }

    /// <returns>Of each step since the last time, in order.</returns>
    /// <exception cref="TrialFailure">One is not finite (divergence).</exception>
    public IReadOnlyList<StepFigures> Read()
    {
        if (ahead.Count > 0)
        {
            using var scope = NewDisposeScope();
            var figures = stack(ahead).cpu().data<double>().ToArray().Chunk(2).Select(two => new StepFigures(two[0], two[1])).ToList();
            if (figures.TrueForAll(one => one.AreFinite))
                seen.AddRange(figures);
            else
                MakeAgain(figures.Count);
            Forget();
        }

        StepFigures[] read = [.. seen];
        seen.Clear();
        return read;
    }

    public void Dispose() => Forget();

    void MakeAgain(int count)
    {
        state.GoBack(before!, count);
        for (var made = 0; made < count; made++)
        {
            using var scope = NewDisposeScope();
            seen.Add(Seen());
        }
    }

    StepFigures Seen()
    {
        var (images, learningRate) = step(state.Step + 1);
        return state.Advance(images, learningRate);
    }

    void Forget()
    {
        foreach (var figures in ahead)
            figures.Dispose();
        ahead.Clear();
        before?.Dispose();
        before = null;
    }
}
