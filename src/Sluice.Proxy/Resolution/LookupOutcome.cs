namespace Sluice.Proxy.Resolution;

/// <summary>How a lookup ended.</summary>
internal enum LookupOutcome
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name doesn't exist, or has no records of the type; name servers say so.</summary>
    Missing,

    /// <summary>Nobody knows: no name server answers, or none with what can be used.</summary>
    Failed,
}
