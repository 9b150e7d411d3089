namespace Sluice.Proxy.Plans;

/// <summary>How an origin is written.</summary>
public enum CorsOriginKind
{
    /// <summary>As it is.</summary>
    Exact,

    /// <summary>With wildcards.</summary>
    Wildcard,

    /// <summary>As a regular expression that has to match all of it.</summary>
    Regex,
}
