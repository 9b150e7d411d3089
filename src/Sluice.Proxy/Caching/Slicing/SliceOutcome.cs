namespace Sluice.Proxy.Caching.Slicing;

/// <summary>What a server has answered to a request for a slice.</summary>
internal enum SliceOutcome
{
    /// <summary>Something that doesn't come in parts: all of a content, or an error.</summary>
    Whole = 0,

    /// <summary>The slice that was asked for.</summary>
    Slice,

    /// <summary>Another part, one of another content, or one that others can't be put together with.</summary>
    Unusable,
}
