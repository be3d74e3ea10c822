namespace Lab.Core.Sync;

public sealed partial class AsyncMutex
{
    /// <summary>The ownership of a mutex, from a lock to its unlock. Copies are the same ownership.</summary>
    public readonly struct Hold : IDisposable
    {
        private readonly AsyncMutex? _mutex;
        private readonly long _ticket;

        internal Hold(AsyncMutex mutex, long ticket)
        {
            _mutex = mutex;
            _ticket = ticket;
        }

        /// <summary>Unlocks and hands the mutex to the task that has waited longest. O(1).</summary>
        /// <exception cref="InvalidOperationException">This hold does not own the mutex: it was unlocked before, or is a default value.</exception>
        public void Unlock()
        {
            if (_mutex is null || !_mutex.TryUnlock(_ticket))
            {
                throw new InvalidOperationException("This hold does not own the mutex (any more). Unlock once, with the hold that the lock returned.");
            }
        }

        /// <summary>Like <see cref="Unlock"/>, but harmless when the mutex was unlocked already.</summary>
        public void Dispose() => _mutex?.TryUnlock(_ticket);
    }
}
