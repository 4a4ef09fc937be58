using Akka.Actor;
using Akka.Event;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Workers;

/// <summary>Deletes on this node, beside everything else.</summary>
sealed class SweepFilesActor : ReceiveActor
{
    public const string Name = "sweep-files";

    public SweepFilesActor(SweepFiles files)
    {
        var log = Context.GetLogger();
        Receive<FileProtocol.IDelete>(what => Task.Run(() => DeleteAsync(what)).PipeTo(Sender));

        async Task<IProtocolMessage> DeleteAsync(FileProtocol.IDelete what)
        {
            try
            {
                await files.DeleteAsync(what);
                return new FileProtocol.Deleted();
            }
#pragma warning disable CA1031 // whatever it is, whoever asked is told
            catch (Exception error)
#pragma warning restore CA1031
            {
                log.Warning("sweep {Sweep}: {What} is not deleted here: {Reason}", what.Sweep, what, error.Message);
                return new FileProtocol.NotDeleted(error.Message);
            }
        }
    }

    public static Props Props(SweepFiles files) => Akka.Actor.Props.Create(() => new SweepFilesActor(files));
}
