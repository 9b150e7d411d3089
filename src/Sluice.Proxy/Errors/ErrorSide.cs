namespace Sluice.Proxy.Errors;

/// <summary>Who caused an error.</summary>
public enum ErrorSide
{
    /// <summary>The client.</summary>
    Client,

    /// <summary>The server that the request was forwarded to, or the way to it.</summary>
    Upstream,

    /// <summary>This program or its configuration.</summary>
    Local,
}
