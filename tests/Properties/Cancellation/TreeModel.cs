using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Random programs on a forest of nodes, beside the plainest model of one: recursive, without pruning, without sharing.</summary>
[TestFixture]
internal sealed class TreeModel
{
    private const int Nodes = 6;

    private enum Act
    {
        Attach,
        Detach,
        Cancel,
        Register,
        Deregister,
        Reset,
    }

    [FsCheck.NUnit.Property(Replay = Reasons.Seed, MaxTest = 2000)]
    public Property A_forest_agrees_with_its_model()
    {
        var step =
            from act in Gen.Frequency((3, Gen.Constant(Act.Attach)), (1, Gen.Constant(Act.Detach)), (3, Gen.Constant(Act.Cancel)), (3, Gen.Constant(Act.Register)), (1, Gen.Constant(Act.Deregister)), (1, Gen.Constant(Act.Reset)))
            from node in Gen.Choose(0, Nodes - 1)
            from other in Gen.Choose(0, Nodes - 1)
            from reason in Reasons.Reason().Generator
            select new Step(act, node, other, reason);
        return Prop.ForAll(Arb.From(step.ListOf().Select(l => l.ToList())), Agrees);
    }

    private static bool Agrees(List<Step> steps)
    {
        var nodes = Enumerable.Range(0, Nodes).Select(_ => new Both()).ToArray();
        foreach (var step in steps)
        {
            nodes[step.Node].Take(step, nodes[step.Other]);
            if (nodes.Any(n => !n.IsInStep))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Step(Act Act, int Node, int Other, CancellationReason Reason);

    private sealed class Both
    {
        private readonly RenewableNode _real = new();
        private readonly List<Both> _children = [];
        private readonly List<(CancellationSubscription Handle, List<CancellationReason> Real, List<CancellationReason> Model)> _listeners = [];
        private Both? _parent;
        private CancellationReason? _reason;
        private bool _answersAgree = true;

        internal bool IsInStep =>
            _answersAgree
            && Equals(_real.Reason, _reason)
            && _real.IsCancellationRequested == (_reason is not null)
            && ReferenceEquals(_real.Parent, _parent?._real)
            && _real.ChildCount == _children.Count
            && _listeners.All(l => l.Real.SequenceEqual(l.Model));

        internal void Take(Step step, Both other)
        {
            switch (step.Act)
            {
                case Act.Attach when _parent is null && !other.IsBelow(this):
                    _real.Attach(other._real);
                    _parent = other;
                    other._children.Add(this);
                    other.OfferToChildren();
                    break;
                case Act.Detach:
                    _real.Detach();
                    _parent?._children.Remove(this);
                    _parent = null;
                    break;
                case Act.Cancel:
                    _answersAgree &= _real.Cancel(step.Reason) == (_reason is null);
                    Offer(step.Reason);
                    break;
                case Act.Register:
                    var (real, model) = (new List<CancellationReason>(), new List<CancellationReason>());
                    _listeners.Add((_real.Register(real.Add), real, model));
                    Tell();
                    break;
                case Act.Deregister when _listeners.Count > 0:
                    var listener = _listeners[^1];
                    _listeners.RemoveAt(_listeners.Count - 1);
                    _answersAgree &= listener.Handle.Deregister() == (listener.Model.Count == 0);
                    break;
                case Act.Reset when _parent is null && _children.Count == 0:
                    _real.Reset();
                    _reason = null;
                    _listeners.Clear();
                    break;
            }
        }

        private bool IsBelow(Both ancestor) => ReferenceEquals(this, ancestor) || (_parent is not null && _parent.IsBelow(ancestor));

        private void Offer(CancellationReason reason)
        {
            _reason = _reason is null ? reason : CancellationReason.Strengthen(_reason, reason);
            Tell();
            OfferToChildren();
        }

        private void OfferToChildren()
        {
            if (_reason is { } reason)
            {
                var derived = new CancellationReason(CancellationKind.ParentCancelled, "", reason.Time, null, reason);
                _children.ForEach(child => child.Offer(derived));
            }
        }

        private void Tell()
        {
            foreach (var (_, _, model) in _listeners)
            {
                if (_reason is not null && (model.Count == 0 || _reason.Severity > model[^1].Severity))
                {
                    model.Add(_reason);
                }
            }
        }
    }
}
