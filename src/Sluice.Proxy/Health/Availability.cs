namespace Sluice.Proxy.Health;

/// <summary>Whether a server may get requests.</summary>
public enum Availability
{
    /// <summary>It may.</summary>
    Ready,

    /// <summary>Only those that are bound to it by a session: it is about to leave.</summary>
    Draining,

    /// <summary>None: it is down, ejected or under maintenance.</summary>
    Unavailable,
}
