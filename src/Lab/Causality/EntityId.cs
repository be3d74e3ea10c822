using System.Globalization;
using System.Numerics;
using Lab.Seeds;

namespace Lab.Causality;

/// <summary>
/// The canonical identity of a task, an object, the clock or a worker: the same in every execution of a program, whatever was scheduled before.
/// A task is its parent and the ordinal of the spawn; an object or timer is its creator and the ordinal of the creation. Only a 64-bit hash is
/// kept, since ids are mixed and compared on the hot path; <see cref="EntityText"/> spells them for people.
/// </summary>
/// <remarks>
/// A task's children and its objects lie in different domains: child 2 of a task is not its object 2. The word for an object's kind is not part
/// of its identity, for ordinals are counted over all kinds. The hashes are mixed into stored fingerprints: they never change, and tests pin them.
/// </remarks>
/// <param name="Hash">Well mixed: all bits may be used as they are.</param>
internal readonly record struct EntityId(ulong Hash)
{
    private const ulong ChildDomain = 0xA24B_AED4_963E_E407;
    private const ulong ObjectDomain = 0x9FB2_1C65_1E98_DF25;
    private const ulong WorkerDomain = 0xD6E8_FEB8_6659_FD93;
    private const ulong InstantDomain = 0x510E_527F_ADE6_82D1;

    /// <summary>The program's first task, <c>0</c>.</summary>
    internal static EntityId Root { get; } = new(SplitMix64.Mix(1));

    /// <summary>Virtual time, <c>clock</c>.</summary>
    internal static EntityId Clock { get; } = new(SplitMix64.Mix(2));

    /// <summary>Who creates what no task creates, <c>x</c>: objects made before the program runs.</summary>
    internal static EntityId Outside { get; } = new(SplitMix64.Mix(3));

    /// <summary>The task that this task spawned as its <paramref name="ordinal"/>th.</summary>
    internal EntityId Child(int ordinal) => Derive(ChildDomain, ordinal);

    /// <summary>The object or timer that this task created as its <paramref name="ordinal"/>th.</summary>
    internal EntityId Object(int ordinal) => Derive(ObjectDomain, ordinal);

    /// <summary>The <paramref name="ordinal"/>th object that was created outside of any task.</summary>
    internal static EntityId External(int ordinal) => Outside.Object(ordinal);

    /// <summary>The line of timers that are due at one instant of virtual time: they fire in the order of setting.</summary>
    internal static EntityId Instant(long due) => new(SplitMix64.Mix((ulong)due) ^ InstantDomain);

    /// <summary>A virtual worker.</summary>
    internal static EntityId Worker(int number) => Outside.Derive(WorkerDomain, number);

    /// <summary>Folds the spelling of an id (see <see cref="EntityText"/>) to the id; false for anything else.</summary>
    internal static bool TryParse(string? text, out EntityId id) => EntityText.TryFold(text, out id);

    /// <summary>The hash, in hexadecimal: the spelling cannot be recovered from it.</summary>
    public override string ToString() => Hash.ToString("x16", CultureInfo.InvariantCulture);

    // The rotation keeps (parent, domain, ordinal) from being one commutative sum; Mix is a bijection, so siblings never collide.
    private EntityId Derive(ulong domain, int ordinal) =>
        new(SplitMix64.Mix((BitOperations.RotateLeft(Hash, 23) ^ domain) + ((ulong)(uint)ordinal * SplitMix64.Gamma)));
}
