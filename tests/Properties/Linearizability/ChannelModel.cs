using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Linearizability;

namespace Lab.Properties.Linearizability;

/// <summary>A message in the hands of a call.</summary>
internal readonly record struct Held(int Ticket, int Value);

/// <summary>
/// The rules of the bounded channel. A parked receive is promised a message, which stays in the buffer until the receive comes back and takes
/// the oldest; a parked send carries its message, which is taken from it when there is room.
/// </summary>
internal sealed record ChannelModel(int Capacity)
{
    internal Sequence<int> Buffer { get; init; } = Sequence<int>.Empty;

    internal Sequence<Held> Line { get; init; } = Sequence<Held>.Empty;

    internal Sequence<int> Sent { get; init; } = Sequence<int>.Empty;

    internal Sequence<int> Refused { get; init; } = Sequence<int>.Empty;

    internal Sequence<int> Receivers { get; init; } = Sequence<int>.Empty;

    internal Sequence<int> Promised { get; init; } = Sequence<int>.Empty;

    internal Sequence<Held> Received { get; init; } = Sequence<Held>.Empty;

    internal Sequence<int> Ended { get; init; } = Sequence<int>.Empty;

    internal bool IsClosed { get; init; }

    private bool HasEnded => IsClosed && Buffer.IsEmpty;

    private bool HasUnclaimed => Buffer.Count > Promised.Count;

    private bool CanAdmit => Line.IsEmpty && Buffer.Count < Capacity;

    internal ChannelModel Send(int ticket, int value) =>
        IsClosed ? this with { Refused = Refused.Add(ticket) }
        : CanAdmit ? (this with { Buffer = Buffer.Add(value), Sent = Sent.Add(ticket) }).Advance()
        : this with { Line = Line.Add(new Held(ticket, value)) };

    internal Steps<ChannelModel> EndOfSend(int ticket) =>
        Sent.Contains(ticket) ? this with { Sent = Sent.Remove(ticket) }
        : Refused.Contains(ticket) ? Step.Throws<SendRejectedException<int>, ChannelModel>(this with { Refused = Refused.Remove(ticket) })
        : Step.Blocked;

    internal Steps<ChannelModel> CancelSend(int ticket) =>
        Line.Where(send => send.Ticket == ticket).Select(send => (Steps<ChannelModel>)(this with { Line = Line.Remove(send) })).FirstOrDefault();

    internal Steps<ChannelModel> TrySend(int value) =>
        IsClosed ? (SendStatus.Closed, this)
        : CanAdmit ? (SendStatus.Ok, (this with { Buffer = Buffer.Add(value) }).Advance())
        : (SendStatus.Full, this);

    internal ChannelModel Receive(int ticket) =>
        HasUnclaimed ? (this with { Received = Received.Add(new Held(ticket, Buffer.First)), Buffer = Buffer.RemoveFirst() }).Advance()
        : HasEnded ? this with { Ended = Ended.Add(ticket) }
        : this with { Receivers = Receivers.Add(ticket) };

    internal Steps<ChannelModel> EndOfReceive(int ticket)
    {
        foreach (var held in Received.Where(held => held.Ticket == ticket))
        {
            return (held.Value, this with { Received = Received.Remove(held) });
        }

        return Promised.Contains(ticket) ? (Buffer.First, (this with { Promised = Promised.Remove(ticket), Buffer = Buffer.RemoveFirst() }).Advance())
            : Ended.Contains(ticket) ? Step.Throws<ChannelClosedException, ChannelModel>(this with { Ended = Ended.Remove(ticket) })
            : Step.Blocked;
    }

    internal Steps<ChannelModel> CancelReceive(int ticket) =>
        Receivers.Contains(ticket) ? this with { Receivers = Receivers.Remove(ticket) }
        : Promised.Contains(ticket) ? (this with { Promised = Promised.Remove(ticket) }).Advance()
        : Step.Blocked;

    internal Steps<ChannelModel> TryReceive() =>
        HasUnclaimed ? (Buffer.First, (this with { Buffer = Buffer.RemoveFirst() }).Advance())
        : (HasEnded ? ReceiveStatus.Ended : ReceiveStatus.Empty, this);

    internal ChannelModel Close() =>
        (this with { IsClosed = true, Refused = Sequence.Of([.. Refused, .. Line.Select(send => send.Ticket)]), Line = Sequence<Held>.Empty }).Advance();

    private ChannelModel Advance() =>
        !Line.IsEmpty && Buffer.Count < Capacity ? (this with { Buffer = Buffer.Add(Line.First.Value), Sent = Sent.Add(Line.First.Ticket), Line = Line.RemoveFirst() }).Advance()
        : !Receivers.IsEmpty && HasUnclaimed ? (this with { Promised = Promised.Add(Receivers.First), Receivers = Receivers.RemoveFirst() }).Advance()
        : !Receivers.IsEmpty && HasEnded ? this with { Ended = Sequence.Of([.. Ended, .. Receivers]), Receivers = Sequence<int>.Empty }
        : this;
}

/// <summary>The rules of the oneshot: one message; the oldest receive is promised it, and the others see the end when it is taken.</summary>
internal sealed record OneshotModel
{
    internal int? Message { get; init; }

    internal bool IsUsed { get; init; }

    internal bool IsClosed { get; init; }

    internal int? Promised { get; init; }

    internal Sequence<int> Line { get; init; } = Sequence<int>.Empty;

    internal Sequence<Held> Received { get; init; } = Sequence<Held>.Empty;

    internal Sequence<int> Ended { get; init; } = Sequence<int>.Empty;

    private bool IsAvailable => Message is not null && Promised is null;

    private bool HasEnded => Message is null && (IsUsed || IsClosed);

    internal Steps<OneshotModel> Send(int value) =>
        IsUsed ? Step.Throws<InvalidOperationException, OneshotModel>(this)
        : IsClosed ? (false, this)
        : (true, (this with { Message = value, IsUsed = true }).Advance());

    internal OneshotModel EndSender() => (this with { IsUsed = true }).Advance();

    internal OneshotModel Close() => (this with { IsClosed = true }).Advance();

    internal OneshotModel Receive(int ticket) =>
        IsAvailable ? (this with { Message = null, Received = Received.Add(new Held(ticket, Message!.Value)) }).Advance()
        : HasEnded ? this with { Ended = Ended.Add(ticket) }
        : this with { Line = Line.Add(ticket) };

    internal Steps<OneshotModel> EndOfReceive(int ticket)
    {
        foreach (var held in Received.Where(held => held.Ticket == ticket))
        {
            return (held.Value, this with { Received = Received.Remove(held) });
        }

        return Promised == ticket ? (Message, (this with { Message = null, Promised = null }).Advance())
            : Ended.Contains(ticket) ? Step.Throws<ChannelClosedException, OneshotModel>(this with { Ended = Ended.Remove(ticket) })
            : Step.Blocked;
    }

    internal Steps<OneshotModel> CancelReceive(int ticket) =>
        Line.Contains(ticket) ? this with { Line = Line.Remove(ticket) }
        : Promised == ticket ? (this with { Promised = null }).Advance()
        : Step.Blocked;

    internal Steps<OneshotModel> TryReceive() =>
        IsAvailable ? (Message, (this with { Message = null }).Advance()) : (HasEnded ? ReceiveStatus.Ended : ReceiveStatus.Empty, this);

    private OneshotModel Advance() =>
        IsAvailable && !Line.IsEmpty ? (this with { Promised = Line.First, Line = Line.RemoveFirst() }).Advance()
        : HasEnded && !Line.IsEmpty ? this with { Ended = Sequence.Of([.. Ended, .. Line]), Line = Sequence<int>.Empty }
        : this;
}
