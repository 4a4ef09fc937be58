namespace Orchestrator.Training.Data;

/// <summary>Where one data set is.</summary>
/// <param name="Found">Its folder, or <c>built in</c>; null where it is not on this machine.</param>
/// <param name="HowToGet">What to do where it is not found; null where it is.</param>
public sealed record DatasetStatus(string Name, string? Found, string? HowToGet);
