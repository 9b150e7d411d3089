namespace Sluice.Proxy.Plans;

/// <summary>How much a request matters where not all can be served: lower classes are turned away first.</summary>
public enum PriorityClass
{
    /// <summary>Turned away first: what can be done again later, such as crawlers and reports.</summary>
    Low,

    /// <summary>What nothing is said about.</summary>
    Normal,

    /// <summary>Turned away last.</summary>
    High,

    /// <summary>Never turned away: health checks, sign-in, what operators need meanwhile.</summary>
    Critical,
}
