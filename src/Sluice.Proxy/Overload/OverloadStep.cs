namespace Sluice.Proxy.Overload;

/// <summary>What is done against overload, step by step. A higher one does not end a lower one.</summary>
/// <remarks>
/// <code>
///                    connections, descriptors      memory              delay
///  ReduceTimeouts            x                        x
///  Shrink                    x                        x
///  ShedLow                                            x                  x
///  Close                     x                        x
///  Shed                                               x                  x
///  Refuse                                             x                  x
/// </code>
/// Connections and descriptors have limits of their own, at which connections are refused; turning requests away frees neither. Delay is not
/// met by closing connections, since making new ones costs more than keeping the old.
/// </remarks>
public enum OverloadStep
{
    /// <summary>Nothing is done.</summary>
    None,

    /// <summary>Idle connections, of clients and to servers, are kept for less long.</summary>
    ReduceTimeouts,

    /// <summary>Idle connections to servers are closed, and memory is given back.</summary>
    Shrink,

    /// <summary>Requests of low priority are turned away.</summary>
    ShedLow,

    /// <summary>Connections of clients end with the request in progress.</summary>
    Close,

    /// <summary>Requests of normal priority are turned away, too.</summary>
    Shed,

    /// <summary>New connections are refused, and requests of high priority are turned away.</summary>
    Refuse,
}
