namespace Sluice.Proxy.Caching;

/// <summary>What can be done with what is stored for a request.</summary>
internal enum LookupVerdict
{
    /// <summary>Nothing is stored.</summary>
    Nothing = 0,

    /// <summary>It may be sent.</summary>
    Fresh,

    /// <summary>It may be sent while it is asked for anew behind it.</summary>
    StaleMeanwhile,

    /// <summary>It may be sent although it is stale: the client says so.</summary>
    Stale,

    /// <summary>A server has to be asked before.</summary>
    Validate,

    /// <summary>The client wants it from the cache or not at all, and it isn't there.</summary>
    Unsatisfiable,

    /// <summary>The operator wants it from a server, whatever is stored.</summary>
    Bypass,

    /// <summary>What servers answer here was not to be stored the last time: nobody waits for anybody.</summary>
    Unstorable,
}
