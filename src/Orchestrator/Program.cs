using System.Text;
using Orchestrator.Commands;
using Orchestrator.Doctor;
using Orchestrator.Output;

// First what everything else would stumble over; with so few files not even the console can be loaded.
if (OpenFiles.Refusal(OpenFiles.OfAnything, "orchestrator") is { } refusal)
{
    StandardStream.Say(Encoding.UTF8.GetBytes(refusal + "\n"));
    return 2;
}

StandardStream.Install();
return await CommandLine.Create(TimeProvider.System).RunAsync(args);
