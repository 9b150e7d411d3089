namespace Sluice.Proxy.Caching.Memory;

/// <summary>The queues of <see cref="EvictionQueues"/>.</summary>
internal enum QueueKind : byte
{
    /// <summary>In none: not in the index.</summary>
    None,

    /// <summary>Those that nobody asked for again yet.</summary>
    Probation,

    /// <summary>Those that were asked for again.</summary>
    Protected,
}
