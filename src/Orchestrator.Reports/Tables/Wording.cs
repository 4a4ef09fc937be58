using System.Text.Json;

namespace Orchestrator.Reports.Tables;

static class Wording
{
    /// <returns><c>out of memory</c> for <c>OutOfMemory</c>.</returns>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', ' ');
}
