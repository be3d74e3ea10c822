using System.Diagnostics;
using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>The same rules with real threads. Each race is run for a fixed number of rounds; what must hold, holds in every one of them.</summary>
[TestFixture]
internal sealed class Races
{
    private const int Rounds = 3_000;
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);

    [Test]
    public void A_child_attached_while_its_ancestors_are_being_cancelled_is_cancelled()
    {
        var (root, branch) = (new CancellationNode(), new CancellationNode());
        var made = new List<CancellationNode>();
        Race(
            setup: () =>
            {
                root = new CancellationNode();
                branch = root.CreateChild();
                made.Clear();
            },
            check: () =>
            {
                foreach (var node in made)
                {
                    Check(node.Reason is { Kind: CancellationKind.ParentCancelled }, "a late child was missed");
                    Check(node.Reason!.Cause!.Equals(node.Parent!.Reason), "its cause is its parent's reason");
                }
            },
            () => root.Cancel(User),
            () =>
            {
                for (var i = 0; i < 4; i++)
                {
                    var child = (i % 2 == 0 ? root : branch).CreateChild();
                    made.Add(child);
                    made.Add(child.CreateChild());
                }
            });
    }

    [Test]
    public void Of_concurrent_requests_one_is_first_and_the_strongest_stays()
    {
        CancellationReason[] reasons = [User, Reasons.At(CancellationKind.FailFast), Reasons.At(CancellationKind.Shutdown)];
        var root = new CancellationNode();
        var child = root;
        var (firsts, heard) = (0, new List<int>());
        Race(
            setup: () =>
            {
                root = new CancellationNode();
                child = root.CreateChild();
                (firsts, heard) = (0, []);
                root.Register(r => heard.Add(r.Severity));
            },
            check: () =>
            {
                Check(firsts == 1, "one first");
                Check(root.Reason!.Kind == CancellationKind.Shutdown, "the strongest stays");
                Check(child.Reason!.Cause!.Equals(root.Reason), "and reaches the child");
                Check(heard.Count > 0 && heard[^1] == 5, "the listener hears the strongest");
                Check(heard.Zip(heard.Skip(1)).All(p => p.First < p.Second), "in strictly rising order, one call at a time");
            },
            [.. reasons.Select(r => (Action)(() =>
            {
                if (root.Cancel(r))
                {
                    Interlocked.Increment(ref firsts);
                }
            }))]);
    }

    [Test]
    public void A_listener_registered_during_the_request_runs_once()
    {
        var node = new CancellationNode();
        var runs = new int[4];
        Race(
            setup: () =>
            {
                node = new CancellationNode();
                Array.Clear(runs);
            },
            check: () => Check(runs.All(r => r == 1), "every listener ran once"),
            () => node.Cancel(User),
            () =>
            {
                for (var i = 0; i < runs.Length; i++)
                {
                    var mine = i;
                    node.Register(_ => Interlocked.Increment(ref runs[mine]));
                }
            });
    }

    [Test]
    public void Deregistration_tells_the_truth_while_the_request_is_under_way()
    {
        var node = new CancellationNode();
        var runs = new int[4];
        var never = new bool[4];
        var subscriptions = new CancellationSubscription[4];
        Race(
            setup: () =>
            {
                node = new CancellationNode();
                Array.Clear(runs);
                for (var i = 0; i < runs.Length; i++)
                {
                    var mine = i;
                    subscriptions[i] = node.Register(_ => Interlocked.Increment(ref runs[mine]));
                }
            },
            check: () => Check(runs.Zip(never).All(p => p.First == (p.Second ? 0 : 1)), "true exactly when it never ran"),
            () => node.Cancel(User),
            () =>
            {
                for (var i = 0; i < runs.Length; i++)
                {
                    never[i] = subscriptions[i].Deregister();
                }
            });
    }

    [Test]
    public void A_token_asked_for_during_the_request_is_cancelled_when_both_have_returned()
    {
        var node = new CancellationNode();
        var token = CancellationToken.None;
        Race(
            setup: () => node = new CancellationNode(),
            check: () => Check(token.IsCancellationRequested && node.Token.IsCancellationRequested, "no token is left behind"),
            () => node.Cancel(User),
            () => token = node.Token);
    }

    [Test]
    public void Whoever_sees_the_flag_can_read_a_reason()
    {
        var node = new CancellationNode();
        var missed = false;
        Race(
            setup: () => node = new CancellationNode(),
            check: () => Check(!missed, "the flag was seen without a reason"),
            () => node.Cancel(User),
            () =>
            {
                SpinWait.SpinUntil(() => node.IsCancellationRequested);
                missed |= node.Reason is null;
            });
    }

    [Test]
    public void Children_that_leave_and_begin_another_life_meanwhile_are_left_alone()
    {
        var (root, other) = (new CancellationNode(), new CancellationNode());
        var nodes = new CancellationNode[8];
        Race(
            setup: () =>
            {
                (root, other) = (new CancellationNode(), new CancellationNode());
                for (var i = 0; i < nodes.Length; i++)
                {
                    nodes[i] = RenewableNode.Below(root);
                }
            },
            check: () =>
            {
                Check(root.ChildCount == 0 && other.ChildCount == nodes.Length, "the lists are whole");
                Check(nodes.All(n => n.Reason is null), "a request reached a later life");
            },
            () => root.Cancel(User),
            () =>
            {
                foreach (var node in nodes)
                {
                    node.Detach();
                    node.Reset();
                    node.Attach(other);
                }
            });
    }

    [Test]
    public void Attaching_and_detaching_from_several_threads_keeps_the_list_whole()
    {
        var root = new CancellationNode();
        Action churn = () =>
        {
            for (var i = 0; i < 8; i++)
            {
                var (a, b) = (root.CreateChild(), root.CreateChild());
                a.Detach();
                b.Detach();
            }
        };
        Race(() => root = new CancellationNode(), () => Check(!root.HasChildren, "everybody left"), churn, churn);
    }

    [Test]
    public void A_node_detached_by_two_threads_leaves_once()
    {
        var root = new CancellationNode();
        var nodes = new CancellationNode[8];
        Action leave = () => Array.ForEach(nodes, n => n.Detach());
        Race(
            setup: () =>
            {
                root = new CancellationNode();
                for (var i = 0; i < nodes.Length; i++)
                {
                    nodes[i] = root.CreateChild();
                }

                root.CreateChild();
            },
            check: () => Check(root.ChildCount == 1, "the eight left and the ninth stayed"),
            leave,
            leave);
    }

    // NUnit's constraints cost more than a round.
    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            Assert.Fail(what);
        }
    }

    // Runs the actions at the same time, round after round, on threads that stay; at most for two seconds.
    private static void Race(Action setup, Action check, params Action[] actions)
    {
        var stop = false;
        var ready = 0;
        Exception? failure = null;
        using var barrier = new Barrier(actions.Length + 1);
        var threads = actions.Select(action => new Thread(() => Run(action))).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        var clock = Stopwatch.StartNew();
        for (var round = 0; round < Rounds && clock.ElapsedMilliseconds < 2_000 && failure is null; round++)
        {
            setup();
            ready = 0;
            barrier.SignalAndWait();
            barrier.SignalAndWait();
            failure ??= Caught(check);
        }

        stop = true;
        barrier.SignalAndWait();
        foreach (var thread in threads)
        {
            thread.Join();
        }

        Assert.That(failure, Is.Null);

        void Run(Action action)
        {
            while (true)
            {
                barrier.SignalAndWait();
                if (stop)
                {
                    return;
                }

                // The barrier wakes its threads one after the other; the count lets them go together.
                Interlocked.Increment(ref ready);
                SpinWait.SpinUntil(() => Volatile.Read(ref ready) == actions.Length);
                failure = Caught(action) ?? failure;
                barrier.SignalAndWait();
            }
        }
    }

    private static Exception? Caught(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
