using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Clients;

/// <summary>What a plan makes of the listeners, bound but not in use yet.</summary>
/// <param name="Plans">The listeners of the plan.</param>
/// <param name="After">Their states, in the same order.</param>
/// <param name="Added">Those of them that were bound for it.</param>
/// <param name="Removed">Those of before that it doesn't have.</param>
/// <param name="Tls">What the plan makes of TLS for each of <paramref name="After"/>.</param>
internal sealed record ListenerChange(
    IReadOnlyList<ListenerPlan> Plans,
    IReadOnlyList<ListenerState> After,
    IReadOnlyList<ListenerState> Added,
    IReadOnlyList<ListenerState> Removed,
    IReadOnlyList<ListenerTls?> Tls);
