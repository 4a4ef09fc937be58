namespace Orchestrator.Sweeps.Tasks;

/// <summary>What libtorch, CUDA's libraries, the C++ runtime and the system say where there is not enough memory. Their errors reach us as
/// text alone.</summary>
public static class OutOfMemoryText
{
    static readonly string[] Texts =
    [
        "out of memory",
        "can't allocate memory",
        "cannot allocate memory",
        "not enough memory",
        "bad_alloc",
        "STATUS_ALLOC_FAILED",
    ];

    public static bool IsIn(string message) => Array.Exists(Texts, text => message.Contains(text, StringComparison.OrdinalIgnoreCase));
}
