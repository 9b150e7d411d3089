namespace Sluice.Proxy.Health;

/// <summary>What an operator wants of a server, whatever its health.</summary>
public enum AdministrativeState
{
    /// <summary>It takes requests as far as it is healthy.</summary>
    Ready,

    /// <summary>It takes only requests that are bound to it by a session.</summary>
    Drain,

    /// <summary>It takes no requests, and isn't checked.</summary>
    Maintenance,
}
