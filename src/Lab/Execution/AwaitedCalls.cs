using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
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
/// look-up. Where no IL is at hand (natively compiled programs), or a method has calls of both kinds, every wait begins at its call: fewer
/// interleavings, never a false one.
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
        return s_places.TryGetValue(place, out var isAwaited) || file.Length == 0 ? isAwaited : s_places.GetOrAdd(place, IsCallerAwaiting());
    }

    /// <summary>Every call in the method is followed by nothing but its await.</summary>
    internal static bool AreAwaited(MethodBase method)
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
    private static bool IsCallerAwaiting()
    {
        foreach (var frame in new StackTrace(1, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is not { } method)
            {
                return false;
            }

            if (method.Module != s_wait.Module && method.Module != typeof(AwaitedCalls).Module)
            {
                return AreAwaited(method);
            }
        }

        return false;
    }

    // The result may be put away and fetched again, as compilers do, in locals or (unoptimised) in a field of the state machine; nothing else is written.
    private static bool IsAwaitedNext(MethodBase method, List<Instruction> instructions, int next)
    {
        var kept = instructions[next].Code == OpCodes.Stfld ? instructions[next].Operand : 0;
        for (var i = kept == 0 ? next : next + 1; i < instructions.Count; i++)
        {
            var (code, operand) = instructions[i];
            if (IsCall(instructions[i]))
            {
                if (Resolve(method, operand) is not { DeclaringType: { } type } called)
                {
                    return false;
                }

                switch (called.Name)
                {
                    case "GetAwaiter":
                        return true;
                    case "Await" when type.Name == "AsyncHelpers":
                        return true;
                    case "ConfigureAwait":
                        continue;
                    default:
                        return false;
                }
            }

            if ((code == OpCodes.Ldfld || code == OpCodes.Ldflda) ? operand != kept : !IsShuffling(code))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsShuffling(OpCode code) =>
        code == OpCodes.Nop || code == OpCodes.Ldarg_0 || code == OpCodes.Ldc_I4_0 || code == OpCodes.Ldc_I4_1
        || code.Name!.StartsWith("stloc", StringComparison.Ordinal) || code.Name.StartsWith("ldloc", StringComparison.Ordinal);

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
            instructions.Add(new Instruction(opCode, operandSize == 4 ? BinaryPrimitives.ReadInt32LittleEndian(code) : 0));
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
