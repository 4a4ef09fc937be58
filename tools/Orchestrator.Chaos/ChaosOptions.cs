namespace Orchestrator.Chaos;

/// <param name="Trials">Of each sweep; sweeps follow each other until all faults have been.</param>
/// <param name="Work">Folder of everything the run leaves: logs, data folder, reference.</param>
sealed record ChaosOptions(
    int Seed,
    int Faults,
    int Trials,
    int Epochs,
    string Program,
    string Work,
    string? Table,
    string? Reference,
    bool Loopback
);
