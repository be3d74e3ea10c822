using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Lab.Properties.Architecture;

/// <summary>Only src/Core/Memory touches locks, shared words and threads: what goes around it, no schedule reaches.</summary>
[TestFixture]
public sealed class MemorySeamTests
{
    private static readonly Regex s_seam = new(
        @"(?<![\w.])(?:System\s*\.\s*Threading\s*\.\s*)?\b(?:Interlocked|Volatile|Monitor|Thread|SpinWait|SpinLock)\s*\.\s*\w+"
        + @"|\bSystem\s*\.\s*Threading\s*\.\s*Lock\b|\bnew\s+(?:Lock|Thread|SpinWait|SpinLock|SemaphoreSlim|ManualResetEventSlim|AutoResetEvent|ManualResetEvent)\s*\("
        + @"|\bLock\s+\w+\s*(?:=|;)|\bThread\??\s+\w+\s*(?:=|;)|\block\s*\(|\bvolatile\b");

    [Test]
    public void Only_the_memory_folder_of_Core_touches_memory_and_threads() =>
        Assert.That(SourceFile.In("src/Core").Where(file => !file.Path.StartsWith("src/Core/Memory/", StringComparison.Ordinal)).SelectMany(file => file.Find(s_seam)), Is.Empty);

    [Test]
    public void The_memory_folder_does_touch_them() => Assert.That(SourceFile.In("src/Core/Memory").SelectMany(file => file.Find(s_seam)), Is.Not.Empty);

    [TestCase("Interlocked.Increment(ref _n);")]
    [TestCase("Volatile.Read(ref _n);")]
    [TestCase("System.Threading.Volatile.Read(ref _n);")]
    [TestCase("private readonly System.Threading.Lock _gate = new();")]
    [TestCase("private readonly Lock _gate = new();")]
    [TestCase("var gate = new Lock();")]
    [TestCase("new Thread(Run).Start();")]
    [TestCase("Thread.MemoryBarrier();")]
    [TestCase("lock (_gate) { }")]
    [TestCase("private volatile int _n;")]
    public void Every_way_around_the_seam_is_seen(string code) => Assert.That(new SourceFile("x.cs", code).Find(s_seam), Is.Not.Empty);

    [TestCase("[ThreadStatic] private static int t_n;")]
    [TestCase("using System.Threading.Tasks;")]
    [TestCase("OperationKind.Lock,")]
    [TestCase("enum Kind { Lock, Thread }")]
    [TestCase("block(1); Block (2); _gate.Lock ();")]
    [TestCase("// Volatile.Read pairs with it")]
    public void What_only_looks_like_it_is_not(string code) => Assert.That(new SourceFile("x.cs", code).Find(s_seam), Is.Empty);
}
