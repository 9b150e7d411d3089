namespace Sluice.Proxy.Plans;

/// <summary>Ways in which an attempt at a request fails without a response.</summary>
[Flags]
public enum RetryConditions
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>No connection could be made; nothing was sent.</summary>
    ConnectFailure = 1,

    /// <summary>The server said that it didn't act on the request (RFC 9113, section 8.7).</summary>
    Refused = 2,

    /// <summary>The connection, or the stream, ended before the response began.</summary>
    Reset = 4,

    /// <summary>The server didn't take the request or begin its response in time, or the attempt took too long.</summary>
    Timeout = 8,

    /// <summary>There was no server that could take the request, or none had a connection for it. Of use for failover only.</summary>
    NoServer = 16,
}
