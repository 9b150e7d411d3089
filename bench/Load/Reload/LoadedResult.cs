using Sluice.Load.Driver;

namespace Sluice.Load.Reload;

/// <summary>What went through the proxy during the first half; failures are counted apart.</summary>
/// <param name="KeepAlive">Requests on connections kept alive.</param>
/// <param name="NewConnections">Requests on a connection each, answered as they should be.</param>
/// <param name="Messages">WebSocket messages that came back unchanged.</param>
/// <param name="Downloads">Downloads that arrived whole.</param>
/// <param name="Refused">Invalid generations, all in between.</param>
internal sealed record LoadedResult(
    WrkResult KeepAlive, long NewConnections, long Messages, long Downloads, IReadOnlyList<ReloadSample> Samples, int Refused);
