using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using NUnit.Framework;

namespace Lab.Properties.Memory;

[TestFixture]
public sealed class StackRoomTests
{
    [Test]
    public void Calls_with_large_frames_end_before_the_stack_does()
    {
        // Of 1 MB at least 128 KB stay free, so 896 KB at most hold calls of 100 KB: 8, and a few KB of the thread's own. One more begins in what stays free.
        Assert.That(DepthOn(1024 * 1024, static (ref StackRoom room, int depth) => Large(ref room, depth)), Is.InRange(6, 9));
    }

    [Test]
    public void Calls_with_small_frames_go_down_to_the_last_128_KB()
    {
        // Asked again every 16 KB: it ends within so much of where asking at every call would.
        var asked = DepthOn(1024 * 1024, static (ref StackRoom room, int depth) => Small(ref room, depth, asks: true));
        var remembered = DepthOn(1024 * 1024, static (ref StackRoom room, int depth) => Small(ref room, depth, asks: false));
        Assert.That(remembered, Is.InRange(asked, asked * 1.05));
    }

    private delegate int Descent(ref StackRoom room, int depth);

    private static int DepthOn(int stack, Descent descent)
    {
        var depth = 0;
        var thread = new Thread(
            () =>
            {
                var room = default(StackRoom);
                depth = descent(ref room, 0);

                // Back at the top what was learnt below is no reason to stop.
                Assert.That(room.IsEnough);
            },
            stack);
        thread.Start();
        thread.Join();
        return depth;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Large(ref StackRoom room, int depth)
    {
        if (!room.IsEnough)
        {
            return depth;
        }

        Span<byte> frame = stackalloc byte[100 * 1024];
        frame.Clear();
        return Large(ref room, depth + 1) + frame[depth];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Small(ref StackRoom room, int depth, bool asks)
    {
        if (!(asks ? WorkerThread.HasStack : room.IsEnough))
        {
            return depth;
        }

        Span<byte> frame = stackalloc byte[200];
        frame.Clear();
        return Small(ref room, depth + 1, asks) + frame[depth % 200];
    }
}
