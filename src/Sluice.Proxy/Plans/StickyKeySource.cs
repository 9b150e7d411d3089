namespace Sluice.Proxy.Plans;

/// <summary>Where the value is that a choice follows from.</summary>
public enum StickyKeySource
{
    /// <summary>The client's address.</summary>
    ClientAddress,

    /// <summary>The first header of a name.</summary>
    Header,

    /// <summary>The first cookie of a name.</summary>
    Cookie,

    /// <summary>The first query parameter of a name, its value as it is written.</summary>
    Query,
}
