namespace Sluice.Proxy.Health;

/// <summary>What active health checks say of a server.</summary>
public enum CheckVerdict
{
    /// <summary>Nothing: it isn't checked, or has not been so far and is taken to be up.</summary>
    None,

    /// <summary>It is up.</summary>
    Up,

    /// <summary>It is down, or has to succeed once before it gets requests.</summary>
    Down,
}
