using Orchestrator.Commands;

return await CommandLine.Create(TimeProvider.System).RunAsync(args);
