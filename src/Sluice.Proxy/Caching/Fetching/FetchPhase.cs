namespace Sluice.Proxy.Caching.Fetching;

/// <summary>How far a fetch has come.</summary>
/// <remarks>
/// <code>
///           stored from here on       whole
///          ┌────────────────▶ Storing ────────────▶ Stored
///          │                     │ too large            broken off, in any phase
///          │                     └────▶ Handing         ────────────▶ Failed
///          │  304
///  Asking ─┼────────────────▶ Refreshed
///          │  not to be stored          sent
///          ├────────────────▶ Passing ────────────▶ Passed
///          │  an error, in whose place something stale may be sent
///          ├────────────────▶ ErrorStatus
///          │  no response
///          └────────────────▶ Failed
/// </code>
/// </remarks>
internal enum FetchPhase
{
    /// <summary>No response yet.</summary>
    Asking = 0,

    /// <summary>The response is on its way, and stored as it comes: whoever waits may read along.</summary>
    Storing,

    /// <summary>The response is on its way, and has become too large: whoever reads along gets it to its end, and nobody else.</summary>
    Handing,

    /// <summary>All of it is there.</summary>
    Stored,

    /// <summary>What was stored before is still good.</summary>
    Refreshed,

    /// <summary>The server says that something else than what was stored is still good, or the response can't go to the one request that it is for: it has to be asked anew.</summary>
    Outdated,

    /// <summary>The response is on its way to the one request that it was fetched for, and not stored.</summary>
    Passing,

    /// <summary>That has got it, or not: it knows itself.</summary>
    Passed,

    /// <summary>The server answered with an error, and something stale may take its place.</summary>
    ErrorStatus,

    /// <summary>There is no response, or only a part of one.</summary>
    Failed,
}
