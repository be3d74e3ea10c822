using Lab.Causality;
using Lab.Core.Scheduling;

namespace Lab.Oracles;

/// <summary>
/// Messages arrive in the order in which their sends took effect, each once; what is buffered and reserved never exceeds the capacity.
/// Counter0: the last stamp sent; Counter1: the last stamp taken or dropped; Counter2: reservations; Counter3: the capacity, once asked.
/// </summary>
internal sealed class ChannelFifo(Breach breach) : LiveOracle("channel-fifo", breach)
{
    internal void Reserved(ObjectShadow channel, long reservations)
    {
        Judged++;
        if (reservations != channel.Counter2 + 1)
        {
            Break($"{channel} has {reservations} reservations after one more than {channel.Counter2}");
        }

        channel.Counter2 = reservations;
        CheckRoom(channel);
    }

    internal void Aborted(ObjectShadow channel, long reservations)
    {
        Judged++;
        if (reservations != channel.Counter2 - 1 || reservations < 0)
        {
            Break($"{channel} has {reservations} reservations after one less than {channel.Counter2}");
        }

        channel.Counter2 = reservations;
    }

    /// <param name="channel">The channel.</param>
    /// <param name="stamp">The message's number.</param>
    /// <param name="reservations">Outstanding after it: a send that uses a permit ends that reservation.</param>
    internal void Sent(ObjectShadow channel, long stamp, long reservations)
    {
        Judged++;
        if (stamp != channel.Counter0 + 1)
        {
            Break($"{channel} sent message {stamp} after message {channel.Counter0}");
        }

        if (reservations < 0 || (reservations != channel.Counter2 && reservations != channel.Counter2 - 1))
        {
            Break($"{channel} has {reservations} reservations after a send with {channel.Counter2}");
        }

        channel.Counter0 = stamp;
        channel.Counter2 = reservations;
        CheckRoom(channel);
    }

    internal void Received(ObjectShadow channel, long stamp)
    {
        Judged++;
        if (stamp != channel.Counter1 + 1)
        {
            Break(stamp <= channel.Counter1
                ? $"{channel} delivered message {stamp} again, after message {channel.Counter1}"
                : $"{channel} delivered message {stamp} after message {channel.Counter1}: lost or overtaken");
        }
        else if (stamp > channel.Counter0)
        {
            Break($"{channel} delivered message {stamp}, but only {channel.Counter0} were sent");
        }

        channel.Counter1 = Math.Max(channel.Counter1, stamp);
    }

    internal void Dropped(ObjectShadow channel, long messages)
    {
        Judged++;
        var buffered = channel.Counter0 - channel.Counter1;
        if (messages != buffered)
        {
            Break($"{channel} dropped {messages} messages of {buffered}");
        }

        channel.Counter1 = channel.Counter0;
    }

    private void CheckRoom(ObjectShadow channel)
    {
        if (channel.Counter3 == 0)
        {
            channel.Counter3 = channel.Target is IBounded bounded ? bounded.Capacity : long.MaxValue;
        }

        var buffered = channel.Counter0 - channel.Counter1;
        if (buffered + channel.Counter2 > channel.Counter3)
        {
            Break($"{channel} holds {buffered} messages and {channel.Counter2} reservations, more than its capacity of {channel.Counter3}");
        }
    }
}
