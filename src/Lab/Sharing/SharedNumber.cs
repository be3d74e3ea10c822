using System.Globalization;
using System.Runtime.CompilerServices;

namespace Lab.Sharing;

/// <summary>
/// The value of a shared variable as the two numbers of an event, for the types of which that is possible; of others only the access is known.
/// A value's own ToString is never called: it is user code, and this runs under the gate.
/// </summary>
internal static class SharedNumber
{
    private const long Unknown = 0;
    private const long Number = 1;
    private const long Truth = 2;

    /// <summary>Returns what <paramref name="number"/> means. The tests of the type are constants for the JIT.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Of<T>(ref T value, out long number)
    {
        if (typeof(T) == typeof(int))
        {
            number = Unsafe.As<T, int>(ref value);
            return Number;
        }

        if (typeof(T) == typeof(long))
        {
            number = Unsafe.As<T, long>(ref value);
            return Number;
        }

        if (typeof(T) == typeof(bool))
        {
            number = Unsafe.As<T, bool>(ref value) ? 1 : 0;
            return Truth;
        }

        number = 0;
        return Unknown;
    }

    /// <summary>For traces: <c>-> 3</c>, <c>= true</c>; empty when the value is not known.</summary>
    internal static string Text(string lead, long number, long meaning) => meaning switch
    {
        Number => lead + number.ToString(CultureInfo.InvariantCulture),
        Truth => lead + (number == 0 ? "false" : "true"),
        _ => "",
    };
}
