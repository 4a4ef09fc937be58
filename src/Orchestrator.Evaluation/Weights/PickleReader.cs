using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Weights;

/// <summary>Reads the pickles that PyTorch writes for a dictionary of tensors, and nothing else.</summary>
/// <remarks>
/// A pickle is a program. This is no interpreter of it: an opcode that is not on the list, a global other than the few that a state dict
/// names, and a call of anything but those are errors, so that no file can make it run, import or build anything else. Format: Python's
/// Lib/pickletools.py, protocols 2 to 4.
/// </remarks>
ref struct PickleReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>More than any state dict nests or holds: a small file must not fill memory with references to itself.</summary>
    const int MostOpcodes = 500_000;

    readonly ReadOnlySpan<byte> bytes = bytes;
    readonly List<object?> stack = [];
    readonly Stack<int> marks = [];
    readonly List<object?> memo = [];

    /// <summary>Bytes read so far; after <see cref="Read"/>, where the pickle ended.</summary>
    public int Position { get; private set; }

    /// <returns>null, bool, long, BigInteger, double, string, <see cref="PickledStorage"/>, <see cref="PickledTensor"/>, object?[] (tuple),
    /// List of object?, or Dictionary by string.</returns>
    /// <exception cref="WeightsException">Anything not on the list, or a damaged pickle.</exception>
    public object? Read()
    {
        for (var count = 0; count < MostOpcodes; count++)
        {
            var at = Position;
            var opcode = Byte();
            switch ((char)opcode)
            {
                case '\x80':
                    Protocol(at, Byte());
                    break;
                case '\x95':
                    Take(8);
                    break;
                case '.':
                    return Pop();
                case '(':
                    marks.Push(stack.Count);
                    break;
                case 'N':
                    stack.Add(null);
                    break;
                case '\x88':
                    stack.Add(true);
                    break;
                case '\x89':
                    stack.Add(false);
                    break;
                case 'K':
                    stack.Add((long)Byte());
                    break;
                case 'M':
                    stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 'J':
                    stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case '\x8a':
                    stack.Add(Number(new BigInteger(Take(Byte()))));
                    break;
                case 'G':
                    stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case 'X':
                    stack.Add(Text(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                    break;
                case 'T':
                    stack.Add(Text(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                    break;
                case '\x8c' or 'U':
                    stack.Add(Text(Byte()));
                    break;
                case '}':
                    stack.Add(new Dictionary<string, object?>());
                    break;
                case ']':
                    stack.Add(new List<object?>());
                    break;
                case ')':
                    stack.Add(Array.Empty<object?>());
                    break;
                case 't':
                    stack.Add(FromMark(at));
                    break;
                case '\x85':
                    stack.Add(Last(1));
                    break;
                case '\x86':
                    stack.Add(Last(2));
                    break;
                case '\x87':
                    stack.Add(Last(3));
                    break;
                case 'a':
                    Append(at, Last(1));
                    break;
                case 'e':
                    Append(at, FromMark(at));
                    break;
                case 's':
                    Set(at, Last(2));
                    break;
                case 'u':
                    Set(at, FromMark(at));
                    break;
                case 'q':
                    Remember(at, Byte());
                    break;
                case 'r':
                    Remember(at, BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case '\x94':
                    memo.Add(Peek());
                    break;
                case 'h':
                    stack.Add(Remembered(at, Byte()));
                    break;
                case 'j':
                    stack.Add(Remembered(at, BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                    break;
                case 'c':
                    stack.Add(PickledGlobal.Named(Line(), Line()) ?? throw Refused(at, $"global {Printable.Short(LastGlobal)}"));
                    break;
                case '\x93':
                    var names = Last(2);
                    (LastModule, LastName) = ($"{names[0]}", $"{names[1]}");
                    stack.Add(PickledGlobal.Named(LastModule, LastName) ?? throw Refused(at, $"global {Printable.Short(LastGlobal)}"));
                    break;
                case 'Q':
                    stack.Add(PickledStorage.From(Pop()) ?? throw Refused(at, "a persistent reference that is no storage of a known type"));
                    break;
                case 'R':
                    var call = Last(2);
                    stack.Add(
                        (call[0] as PickledGlobal)?.Call(call[1])
                            ?? throw Refused(at, $"a call of {call[0] as PickledGlobal ?? (object)"what is no function"}")
                    );
                    break;
                case 'b':
                    // The state of an OrderedDict is the version numbers of its modules: of no use, and not kept.
                    Pop();
                    if (Peek() is not Dictionary<string, object?>)
                        throw Refused(at, "state of anything but a dictionary");
                    break;
                default:
                    throw Refused(at, $"opcode 0x{opcode:x2}");
            }
        }

        throw new WeightsException($"the pickle holds more than {MostOpcodes} opcodes");
    }

    string LastModule { get; set; } = "";
    string LastName { get; set; } = "";
    readonly string LastGlobal => $"{LastModule}.{LastName}";

    static WeightsException Refused(int at, string what) =>
        new($"byte {at} of the pickle: {what}; only dictionaries of tensors are read, and no code in a file is ever run");

    static void Protocol(int at, byte version)
    {
        if (version is < 2 or > 5)
            throw Refused(at, $"pickle protocol {version}");
    }

    static object Number(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    byte Byte() => Take(1)[0];

    ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw new WeightsException($"the pickle ends at byte {bytes.Length}, within an opcode");
        var taken = bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    string Text(int length) => Encoding.UTF8.GetString(Take(length));

    string Line()
    {
        var length = bytes[Position..].IndexOf((byte)'\n');
        var line = Text(length);
        Take(1);
        (LastModule, LastName) = (LastName, line);
        return line;
    }

    readonly object? Peek() => stack.Count > 0 ? stack[^1] : throw new WeightsException("the pickle takes from an empty stack");

    readonly object? Pop() => Last(1)[0];

    readonly object?[] Last(int count)
    {
        if (stack.Count < count)
            throw new WeightsException("the pickle takes from an empty stack");
        var last = stack[^count..].ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return last;
    }

    readonly object?[] FromMark(int at) =>
        marks.TryPop(out var mark) && mark <= stack.Count ? Last(stack.Count - mark) : throw Refused(at, "a mark that was not set");

    /// <summary>Writers number their memos from 0, without gaps.</summary>
    readonly void Remember(int at, int key)
    {
        if (key < 0 || key > memo.Count)
            throw Refused(at, $"memo {key} after {memo.Count} others");
        if (key == memo.Count)
            memo.Add(Peek());
        else
            memo[key] = Peek();
    }

    readonly object? Remembered(int at, int key) =>
        key >= 0 && key < memo.Count ? memo[key] : throw Refused(at, $"memo {key}, which was not set");

    readonly void Append(int at, object?[] items)
    {
        if (Peek() is not List<object?> list)
            throw Refused(at, "items for anything but a list");
        list.AddRange(items);
    }

    readonly void Set(int at, object?[] items)
    {
        if (Peek() is not Dictionary<string, object?> dictionary || items.Length % 2 != 0)
            throw Refused(at, "entries for anything but a dictionary");
        for (var i = 0; i < items.Length; i += 2)
            dictionary[items[i] as string ?? throw Refused(at, "a key that is no text")] = items[i + 1];
    }
}
