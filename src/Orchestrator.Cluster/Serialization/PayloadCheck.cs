using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Cluster.Serialization;

/// <summary>Walks a payload before Hyperion builds anything of it.</summary>
/// <remarks>
/// Hyperion believes what a payload says: it makes room for whatever length stands there, follows any depth, and puts the fields of another
/// version into the wrong ones.
/// </remarks>
ref struct PayloadCheck(ReadOnlySpan<byte> payload, string manifest, PayloadLayouts layouts)
{
    /// <summary>The deepest nesting, that of the journal's JSON, into which what a message holds must fit anyway.</summary>
    const int MaxDepth = 64;

    const byte Null = 0,
        Text = 7,
        NewType = 251,
        SeenType = 254,
        LongText = 255;

    readonly List<PayloadLayout> _seen = [];
    ReadOnlySpan<byte> _rest = payload;

    /// <exception cref="RefusedMessageException">The payload is not, to the last byte, a message of this type.</exception>
    public void Message(Type type)
    {
        Value(type, mayBeNull: false, depth: 0);
        if (!_rest.IsEmpty)
            throw Damaged($"{_rest.Length} bytes too many");
    }

    void Value(Type type, bool mayBeNull, int depth)
    {
        if (depth > MaxDepth)
            throw Damaged($"nested deeper than {MaxDepth} levels");
        var code = Byte();
        if (code == Null)
        {
            if (!mayBeNull)
                throw Damaged($"null where {type} belongs");
        }
        else if (type == typeof(string))
        {
            if (code != Text)
                throw Foreign(type, $"code {code}");
            Take(TextLength());
        }
        else if (PayloadLayouts.Scalars.TryGetValue(type, out var scalar))
        {
            if (code != scalar.Code)
                throw Foreign(type, $"code {code}");
            Take(scalar.Size);
        }
        else
        {
            var layout = layouts.Of(type);
            Header(code, layout);
            if (layout.Element is { } element)
                Elements(element, depth + 1);
            else if (type.IsEnum)
                Enumeration(type);
            else
                foreach (var member in layout.Members)
                    Value(member.Type, member.MayBeNull, depth + 1);
        }
    }

    void Header(byte code, PayloadLayout layout)
    {
        if (code == SeenType)
        {
            var index = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
            if (index >= _seen.Count)
                throw Damaged($"type {index} of {_seen.Count}");
            if (_seen[index] != layout)
                throw Foreign(layout.Type, _seen[index].Name);
            return;
        }

        if (code != NewType)
            throw Foreign(layout.Type, $"code {code}");
        var name = Name();
        if (name != layout.Name)
            throw Foreign(layout.Type, name);
        if (_seen.Contains(layout))
            throw Damaged($"{name} described twice");
        _seen.Add(layout);
        var fields = new string[Byte()];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Name();
        // Of a collection these are fields of the library, which are not what follows.
        if (layout.Element is null && !fields.SequenceEqual(layout.Members.Select(member => member.Name)))
            throw Damaged($"{name} of another version, with {string.Join(", ", fields)}");
    }

    void Elements(Type element, int depth)
    {
        // Each element takes at least a byte, and is looked at before Hyperion makes room for all of them.
        for (var count = Length(); count > 0; count--)
            Value(element, mayBeNull: false, depth);
    }

    void Enumeration(Type type)
    {
        if (Byte() != PayloadLayouts.Scalars[typeof(int)].Code)
            throw Damaged($"no number where {type} belongs");
        var value = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        if (!Enum.IsDefined(type, value))
            throw Damaged($"{type} has no value {value}");
    }

    string Name() => Encoding.UTF8.GetString(Take(Length()));

    int TextLength() =>
        Byte() switch
        {
            0 => throw Damaged("null in text"),
            LongText => Length(),
            var length => length - 1,
        };

    int Length() =>
        BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))) is >= 0 and var length && length <= _rest.Length
            ? length
            : throw Damaged("a length beyond the end");

    byte Byte() => Take(1)[0];

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw Damaged("cut short");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    readonly RefusedMessageException Damaged(string what) => new(RefusalReason.Damaged, $"'{manifest}' cannot be read: {what}");

    readonly RefusedMessageException Foreign(Type expected, string found) =>
        new(RefusalReason.ForeignType, $"'{manifest}' is refused: {found} where {expected} belongs");
}
