namespace Sluice.Proxy.Retries;

/// <summary>Why a request was sent again.</summary>
public enum RetryReason
{
    /// <summary>No connection could be made.</summary>
    ConnectFailure,

    /// <summary>A connection that had been used before had died meanwhile.</summary>
    StaleConnection,

    /// <summary>The server said that it didn't act on the request.</summary>
    Refused,

    /// <summary>The connection, or the stream, ended before the response began.</summary>
    Reset,

    /// <summary>The server, or the attempt, took too long.</summary>
    Timeout,

    /// <summary>The response had a status that is not passed on.</summary>
    Status,

    /// <summary>A server had not answered for a while, and another was asked beside it.</summary>
    Hedge,
}
