using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Attack.Attacks;

/// <summary>A sweep file of nothing but unknown keys.</summary>
sealed class UnknownKeys : IAttack
{
    const int LargestAnswer = 64 << 10;

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        var file = new StringBuilder("name: unknown\ndataset: digits\n");
        for (var key = 0; file.Length < 239 << 10; key++)
            file.Append($"k{key}: 1\n");
        using var answer = await target.Http.PostAsync("/api/sweeps", new StringContent(file.ToString(), Encoding.UTF8), cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        yield return new Outcome(
            "a sweep file of 239 KiB of unknown keys",
            "refused, with the first problems in at most 64 KiB",
            $"{(int)answer.StatusCode}, {text.Length >> 10} KiB",
            (int)answer.StatusCode == 400 && text.Length <= LargestAnswer
        );
    }
}
