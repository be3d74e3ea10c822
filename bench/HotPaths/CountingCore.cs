namespace Lab.Bench.HotPaths;

/// <summary>
/// A copy of Core in which every interlocked operation is counted. All of them are in the memory seam, which calls <c>Interlocked</c>: one more file
/// declares a class of that name nearer than the BCL's. No line of Core changes, and production carries no counter.
/// </summary>
internal static class CountingCore
{
    internal const string Counters = "Lab.Core.Memory.Counted";
    internal const string Gates = "Gates";
    internal const string Exchanges = "Exchanges";
    internal const string ContendedGates = "ContendedGates";
    internal const string FailedExchanges = "FailedExchanges";
    internal const string FailuresOnly = "FailuresOnly";

    internal static byte[] Compile(string root) => new MutatedCore(root).WithAlso("Memory/Counted.cs", Source);

    private const string Source = """
        using System.Runtime.CompilerServices;
        using Atomically = System.Threading.Interlocked;

        namespace Lab.Core.Memory;

        public static class Counted
        {
            public static long Gates;
            public static long Exchanges;
            public static long ContendedGates;
            public static long FailedExchanges;

            /// <summary>Only what failed is counted: counting everything would be what everybody contends on.</summary>
            public static bool FailuresOnly;

            internal static void Fail(string file)
            {
                if (file.EndsWith("GateWord.cs", StringComparison.Ordinal))
                {
                    Atomically.Increment(ref ContendedGates);
                }
                else
                {
                    Atomically.Increment(ref FailedExchanges);
                }
            }

            internal static void Count(string file)
            {
                if (FailuresOnly)
                {
                    return;
                }

                if (file.EndsWith("GateWord.cs", StringComparison.Ordinal))
                {
                    Atomically.Increment(ref Gates);
                }
                else
                {
                    Atomically.Increment(ref Exchanges);
                }
            }
        }

        internal static class Interlocked
        {
            internal static int Exchange(ref int at, int value, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                return Atomically.Exchange(ref at, value);
            }

            internal static long Exchange(ref long at, long value, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                return Atomically.Exchange(ref at, value);
            }

            internal static T Exchange<T>(ref T at, T value, [CallerFilePath] string file = "")
                where T : class?
            {
                Counted.Count(file);
                return Atomically.Exchange(ref at, value);
            }

            internal static int CompareExchange(ref int at, int value, int comparand, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                var found = Atomically.CompareExchange(ref at, value, comparand);
                if (found != comparand)
                {
                    Counted.Fail(file);
                }

                return found;
            }

            internal static long CompareExchange(ref long at, long value, long comparand, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                var found = Atomically.CompareExchange(ref at, value, comparand);
                if (found != comparand)
                {
                    Counted.Fail(file);
                }

                return found;
            }

            internal static T CompareExchange<T>(ref T at, T value, T comparand, [CallerFilePath] string file = "")
                where T : class?
            {
                Counted.Count(file);
                var found = Atomically.CompareExchange(ref at, value, comparand);
                if (!ReferenceEquals(found, comparand))
                {
                    Counted.Fail(file);
                }

                return found;
            }

            internal static int Add(ref int at, int value, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                return Atomically.Add(ref at, value);
            }

            internal static long Add(ref long at, long value, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                return Atomically.Add(ref at, value);
            }

            internal static int Increment(ref int at, [CallerFilePath] string file = "") => Add(ref at, 1, file);

            internal static long Increment(ref long at, [CallerFilePath] string file = "") => Add(ref at, 1, file);

            internal static int Decrement(ref int at, [CallerFilePath] string file = "") => Add(ref at, -1, file);

            internal static long Decrement(ref long at, [CallerFilePath] string file = "") => Add(ref at, -1, file);

            internal static int And(ref int at, int value, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                return Atomically.And(ref at, value);
            }

            internal static int Or(ref int at, int value, [CallerFilePath] string file = "")
            {
                Counted.Count(file);
                return Atomically.Or(ref at, value);
            }

            internal static void MemoryBarrierProcessWide([CallerFilePath] string file = "")
            {
                Counted.Count(file);
                Atomically.MemoryBarrierProcessWide();
            }

            internal static void MemoryBarrier([CallerFilePath] string file = "")
            {
                Counted.Count(file);
                Atomically.MemoryBarrier();
            }
        }
        """;
}
