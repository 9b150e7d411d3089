using Sluice.Proxy.Caching.Tiers;

namespace Sluice.TestKit.Caching;

/// <summary>Writes an object into a <see cref="SharedStore"/>.</summary>
internal sealed class SharedWriter(SharedTier tier, SharedStore store, SharedObject stored, long since, bool isCopy) : ITierWriter
{
    public ITierObject Object => stored;

    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (stored.Length + bytes.Length > tier.ObjectBytesMax)
        {
            return false;
        }

        stored.Append(bytes);
        return true;
    }

    public async Task<bool> CommitAsync()
    {
        await Task.Yield();
        return tier.TryCommit() && store.TryPut(stored, since, isCopy);
    }

    public void Abort()
    {
    }
}
