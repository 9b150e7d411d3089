namespace Sluice.Proxy.Caching.Memory;

/// <summary>What purges since the beginning of a fetch mean for what it brought.</summary>
internal enum PurgeVerdict
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>It has to be revalidated before it is used.</summary>
    Mark,

    /// <summary>It must not be stored: it was purged, or there were more purges than are remembered.</summary>
    Refuse,
}
