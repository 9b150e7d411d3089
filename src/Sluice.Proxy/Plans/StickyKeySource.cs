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

    /// <summary>The host, without a port.</summary>
    Host,

    /// <summary>The canonical path.</summary>
    Path,

    /// <summary>The canonical path with the query.</summary>
    Uri,

    /// <summary>A text with variables.</summary>
    Template,
}
