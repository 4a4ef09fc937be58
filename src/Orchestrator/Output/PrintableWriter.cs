using System.Text;
using Orchestrator.Sweeps;

namespace Orchestrator.Output;

/// <summary>A writer to a terminal for lines in which anybody's words may stand: names, messages, answers of a server. Control characters
/// in them are spelled out.</summary>
sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(Printable.From(value.ToString()));

    public override void Write(string? value) => inner.Write(value is null ? null : Printable.From(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    // In one piece: lines of several threads do not mix.
    public override void WriteLine(string? value) => inner.Write(Printable.From(value + "\n"));

    public override void Flush() => inner.Flush();
}
