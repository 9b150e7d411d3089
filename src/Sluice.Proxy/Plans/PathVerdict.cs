namespace Sluice.Proxy.Plans;

/// <summary>What happens to a request whose path has something that servers disagree on.</summary>
public enum PathVerdict
{
    /// <summary>It goes on.</summary>
    Allow,

    /// <summary>It is refused. 400.</summary>
    Reject,

    /// <summary>It goes on, and the access log says so.</summary>
    Report,
}
