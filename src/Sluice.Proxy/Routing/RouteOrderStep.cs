namespace Sluice.Proxy.Routing;

/// <summary>The steps by which the order of two routes is decided, the first that tells them apart.</summary>
internal enum RouteOrderStep : byte
{
    Priority,
    Host,
    Path,
    Conditions,
    Written,
}
