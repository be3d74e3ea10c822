using Lab.Core.Channels;

namespace Lab.Properties.Channels;

internal static class Channel
{
    internal static List<T> Drain<T>(Receiver<T> rx)
    {
        var all = new List<T>();
        while (rx.TryReceive(out var value) == ReceiveStatus.Ok)
        {
            all.Add(value!);
        }

        return all;
    }
}
