using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Health.Checks;

/// <summary>What is said of a server that is new, before any check of it.</summary>
internal static class CheckStart
{
    /// <summary>
    /// Says it, before anybody else knows the server: with <c>initial: down</c> that it is down. A server that takes the place of another one at the same
    /// address, because it is spoken with in another way from now on, goes on as that one was.
    /// </summary>
    /// <param name="server">The new server.</param>
    /// <param name="upstream">Its upstream.</param>
    /// <param name="before">The server whose place it takes; null when there is none.</param>
    public static void Apply(ServerState server, UpstreamPlan upstream, ServerState? before)
    {
        if (upstream.HealthCheck is not { } plan)
        {
            return;
        }

        if (before is null ? plan.StartsDown : before.Health.Checks == CheckVerdict.Down)
        {
            server.Checks.AwaitsFirst = before is null || before.Checks.AwaitsFirst;
            server.Health.BeginDown(before is null ? "health check: none has succeeded so far" : before.Health.Last.Reason);
        }
    }
}
