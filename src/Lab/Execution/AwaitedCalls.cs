using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Lab.Core.Scheduling;
using Lab.Core.Sync;

namespace Lab.Execution;

/// <summary>
/// Which calls of <see cref="Notify.WaitAsync"/> are awaited where they are made. Between such a call and its await the program does nothing, so other
/// tasks may as well come in before the call: it is announced like every other awaited operation. Without that, a look and the wait after it
/// (<c>if (!await ready.ReadAsync(cx)) await changed.WaitAsync(cx);</c>) would be one step, and the oldest lost wake-up of all would never be found. A
/// wait that is kept and awaited later begins at its call, for the program may tell others in between, also through plain fields, that it waits.
/// </summary>
/// <remarks>
/// The caller's IL says which of the two it is, the same in Debug and in Release. It is read once for each place in the source; then an answer costs one
/// look-up. Where no IL is at hand (natively compiled programs), or one place has calls of both kinds, every wait begins at its call: fewer
/// interleavings, never a false one. What goes on around the method that awaits is the task's to see (<see cref="RuntimeTask.AnnounceCall"/>).
/// </remarks>
internal static class AwaitedCalls
{
    private static readonly MethodInfo s_wait = typeof(Notify).GetMethod(nameof(Notify.WaitAsync))!;
    private static readonly Dictionary<short, OpCode> s_opCodes = OpCodesByValue();
    private static readonly ConcurrentDictionary<Place, bool> s_places = new();

    /// <summary>The running call of <see cref="Notify.WaitAsync"/>, made at this place, is awaited at once.</summary>
    internal static bool At(string file, int line)
    {
        var place = new Place(file, line);
        return s_places.TryGetValue(place, out var isAwaited) || file.Length == 0 ? isAwaited : s_places.GetOrAdd(place, IsCallerAwaiting(file, line));
    }

    /// <summary>Every call in the method, or every one made at this place, is followed by nothing but its await.</summary>
    internal static bool AreAwaited(MethodBase method, string? file = null, int line = 0)
    {
        if (IL(method) is not { } code)
        {
            return false;
        }

        var instructions = Decode(code);
        var found = false;
        for (var i = 0; i < instructions.Count; i++)
        {
            if (IsCall(instructions[i]) && Resolve(method, instructions[i].Operand) is { } called && called.MetadataToken == s_wait.MetadataToken && called.Module == s_wait.Module)
            {
                if (file is not null && !IsMadeAt(method, instructions, i, file, line))
                {
                    // Another place; or the caller is not in this method at all, and optimised code has left its frame out.
                    continue;
                }

                found = true;
                if (!IsAwaitedNext(method, instructions, i + 1))
                {
                    return false;
                }
            }
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Without the method no wait is announced.")]
    private static bool IsCallerAwaiting(string file, int line)
    {
        foreach (var frame in new StackTrace(1, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is not { } method)
            {
                return false;
            }

            if (method.Module != s_wait.Module && method.Module != typeof(AwaitedCalls).Module)
            {
                return AreAwaited(method, file, line);
            }
        }

        return false;
    }

    // The result may be put away and fetched again, as compilers do, in locals or (unoptimised) in a field of the state machine. It is followed from
    // place to place: what is awaited is this result and no other, and nobody else can see where it was put.
    private static bool IsAwaitedNext(MethodBase method, List<Instruction> instructions, int next)
    {
        const int OnStack = -1;
        const int InField = -2;
        var place = OnStack;
        var field = 0;
        for (var i = next; i < instructions.Count; i++)
        {
            var (code, operand) = instructions[i];
            if (IsCall(instructions[i]))
            {
                if (place != OnStack || Resolve(method, operand) is not { DeclaringType: { } type } called)
                {
                    return false;
                }

                switch (called.Name)
                {
                    case "GetAwaiter":
                        return typeof(IAsyncStateMachine).IsAssignableFrom(method.DeclaringType);
                    case "Await" when type.Name == "AsyncHelpers":
                        return true;
                    case "ConfigureAwait":
                        continue;
                    default:
                        return false;
                }
            }

            if (Local(code, operand, "stloc") is >= 0 and var stored)
            {
                if (place != OnStack)
                {
                    return false;
                }

                place = stored;
            }
            else if (Local(code, operand, "ldloc") is >= 0 and var loaded)
            {
                if (loaded == place)
                {
                    place = OnStack;
                }
                else if (instructions[i].Code.Name!.StartsWith("ldloca", StringComparison.Ordinal))
                {
                    return false;
                }
            }
            else if (code == OpCodes.Stfld && place == OnStack && IsOwn(method, operand))
            {
                (place, field) = (InField, operand);
            }
            else if ((code == OpCodes.Ldfld || code == OpCodes.Ldflda) && place == InField && operand == field)
            {
                place = OnStack;
            }
            else if (code != OpCodes.Nop && code != OpCodes.Ldarg_0 && code != OpCodes.Ldc_I4_0 && code != OpCodes.Ldc_I4_1)
            {
                return false;
            }
        }

        return false;
    }

    // The compiler writes the place into the call.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Trimming rewrites tokens together with the code that has them.")]
    private static bool IsMadeAt(MethodBase method, List<Instruction> instructions, int call, string file, int line) =>
        call >= 2 && Int(instructions[call - 1]) == line && instructions[call - 2].Code == OpCodes.Ldstr
        && method.Module.ResolveString(instructions[call - 2].Operand) == file;

    private static int Int(Instruction instruction) =>
        instruction.Code == OpCodes.Ldc_I4 ? instruction.Operand
        : instruction.Code == OpCodes.Ldc_I4_S ? (sbyte)instruction.Operand
        : instruction.Code.Name is ['l', 'd', 'c', '.', 'i', '4', '.', var digit] && char.IsAsciiDigit(digit) ? digit - '0'
        : -1;

    // A field of the state machine whose method this is, which nobody else sees.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Trimming rewrites tokens together with the code that has them.")]
    private static bool IsOwn(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveField(token, method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null, null)?.DeclaringType == method.DeclaringType
                && method.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute), false);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return false;
        }
    }

    private static int Local(OpCode code, int operand, string what)
    {
        var name = code.Name!;
        return !name.StartsWith(what, StringComparison.Ordinal) ? -1 : char.IsAsciiDigit(name[^1]) ? name[^1] - '0' : operand;
    }

    private static bool IsCall(Instruction instruction) => instruction.Code == OpCodes.Call || instruction.Code == OpCodes.Callvirt;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Trimming keeps the calls of the methods that it keeps.")]
    private static byte[]? IL(MethodBase method)
    {
        try
        {
            return method.GetMethodBody()?.GetILAsByteArray();
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A method that is called is kept.")]
    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(
                token,
                method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
                method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException or NotSupportedException or TypeLoadException or IOException)
        {
            return null;
        }
    }

    private static List<Instruction> Decode(ReadOnlySpan<byte> code)
    {
        var instructions = new List<Instruction>();
        while (code.Length > 0)
        {
            var size = code[0] == 0xFE ? 2 : 1;
            var opCode = s_opCodes[size == 2 ? BinaryPrimitives.ReadInt16BigEndian(code) : code[0]];
            code = code[size..];
            var operandSize = opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code)),
                _ => 4,
            };
            instructions.Add(new Instruction(opCode, operandSize switch { 4 => BinaryPrimitives.ReadInt32LittleEndian(code), 1 => code[0], 2 => BinaryPrimitives.ReadUInt16LittleEndian(code), _ => 0 }));
            code = code[operandSize..];
        }

        return instructions;
    }

    private static Dictionary<short, OpCode> OpCodesByValue()
    {
        var all = new Dictionary<short, OpCode>();
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            all[code.Value] = code;
        }

        return all;
    }

    private readonly record struct Instruction(OpCode Code, int Operand);

    /// <summary>A literal's reference stands for the file: no characters are compared.</summary>
    private readonly struct Place(string file, int line) : IEquatable<Place>
    {
        private readonly string _file = file;
        private readonly int _line = line;

        public bool Equals(Place other) => ReferenceEquals(_file, other._file) && _line == other._line;

        public override bool Equals(object? obj) => obj is Place other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_file), _line);
    }
}
