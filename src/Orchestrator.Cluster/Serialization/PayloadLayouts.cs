using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Hyperion;

namespace Orchestrator.Cluster.Serialization;

/// <summary>How Hyperion lays out one type: its members in order, or any number of one element.</summary>
/// <param name="Name">As a payload names the type.</param>
sealed record PayloadLayout(Type Type, string Name, ImmutableArray<PayloadMember> Members, Type? Element);

sealed record PayloadMember(string Name, Type Type, bool MayBeNull);

/// <summary>Everything a message may consist of, found from the declared types of its members: nowhere does a sender choose a
/// type.</summary>
sealed class PayloadLayouts : ITypeFilter
{
    /// <summary>Code and size of the types that have no layout.</summary>
    public static FrozenDictionary<Type, (byte Code, int Size)> Scalars { get; } =
        new Dictionary<Type, (byte, int)>
        {
            [typeof(long)] = (2, 8),
            [typeof(bool)] = (6, 1),
            [typeof(int)] = (8, 4),
            [typeof(DateTimeOffset)] = (10, 16),
            [typeof(double)] = (13, 8),
        }.ToFrozenDictionary();

    static readonly Type[] Collections = [typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableSortedDictionary<,>)];

    readonly Dictionary<Type, PayloadLayout> _layouts = [];
    readonly FrozenSet<string> _names;

    /// <exception cref="ArgumentException">A member could hold values of types that its declaration does not say.</exception>
    public PayloadLayouts(IEnumerable<Type> messages)
    {
        foreach (var message in messages)
            Add(message);
        // Hyperion asks by the short name when it reads, and by the full one when it writes.
        _names = _layouts.Values.SelectMany(layout => new[] { layout.Name, layout.Type.AssemblyQualifiedName! }).ToFrozenSet();
    }

    public IEnumerable<PayloadLayout> All => _layouts.Values;

    public PayloadLayout Of(Type type) => _layouts[type];

    public bool IsAllowed(string typeName) => _names.Contains(typeName);

    void Add(Type type)
    {
        if (type == typeof(string) || Scalars.ContainsKey(type) || _layouts.ContainsKey(type))
            return;
        var layout =
            IsCollection(type) ? CollectionOf(type)
            : IsClosed(type) ? CompositeOf(type)
            : throw new ArgumentException($"{type} could hold more than it says, and no message may hold it");
        _layouts.Add(type, layout);
        if (layout.Element is { } element)
            Add(element);
        foreach (var member in layout.Members)
            Add(member.Type);
    }

    static bool IsCollection(Type type) => type.IsGenericType && Collections.Contains(type.GetGenericTypeDefinition());

    static bool IsClosed(Type type) =>
        type == typeof(TimeSpan)
        || IsPair(type)
        || IsOurs(type) && type.IsSealed && !type.IsAssignableTo(typeof(IEnumerable)) && !type.IsAssignableTo(typeof(Delegate));

    static bool IsPair(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    static bool IsOurs(Type type) =>
        type.Namespace?.StartsWith(nameof(Orchestrator) + ".", StringComparison.Ordinal) == true && !type.IsArray;

    static PayloadLayout CollectionOf(Type type)
    {
        var items = type.GetInterfaces()
            .Single(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>));
        return new(type, ShortName(type), [], items.GenericTypeArguments[0]);
    }

    static PayloadLayout CompositeOf(Type type) =>
        new(type, ShortName(type), [.. Fields(type).OrderBy(field => field.Name, StringComparer.Ordinal).Select(MemberOf)], null);

    static IEnumerable<FieldInfo> Fields(Type? type) =>
        type is null
            ? []
            : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Concat(Fields(type.BaseType));

    static PayloadMember MemberOf(FieldInfo field)
    {
        var mayBeNull = IsOurs(field.DeclaringType!) && new NullabilityInfoContext().Create(field).ReadState == NullabilityState.Nullable;
        return new(field.Name, Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType, mayBeNull);
    }

    static string ShortName(Type type) => TypeFilterBuilder.Create().Include(type).Build().FilteredTypes.Single();
}
