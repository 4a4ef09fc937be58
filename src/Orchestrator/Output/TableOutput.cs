using System.Text;
using Spectre.Console;

namespace Orchestrator.Output;

/// <summary>Where tables are drawn: standard output, whose own writer it need not be.</summary>
sealed class TableOutput(TextWriter writer) : IAnsiConsoleOutput
{
    readonly AnsiConsoleOutput _sized = new(writer);

    public TextWriter Writer => writer;

    public bool IsTerminal => !Console.IsOutputRedirected;

    public int Width => _sized.Width;

    public int Height => _sized.Height;

    public void SetEncoding(Encoding encoding)
    {
        // always UTF-8
    }
}
