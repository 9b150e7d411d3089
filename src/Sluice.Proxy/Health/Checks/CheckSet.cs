using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Health.Checks;

/// <summary>The checks that one worker runs: those of the servers that are its to check. Each server is checked by one worker.</summary>
internal sealed class CheckSet(Worker worker)
{
    private Dictionary<ServerState, ServerCheck> _running = [];

    /// <summary>Whether a change from one snapshot to another can be of any concern to checks.</summary>
    public static bool Concerns(ProxySnapshot before, ProxySnapshot after) =>
        before.Upstreams.Values.Concat(after.Upstreams.Values).Any(upstream => upstream.Checks is not null);

    /// <summary>Checks what a snapshot says: begins, ends, and goes on with what has not changed.</summary>
    /// <param name="snapshot">What is served from now on.</param>
    /// <param name="workers">How many workers there are.</param>
    public void Follow(ProxySnapshot snapshot, int workers)
    {
        Dictionary<ServerState, ServerCheck> before = _running;
        _running = [];
        foreach (UpstreamState upstream in snapshot.Upstreams.Values)
        {
            foreach (UpstreamMember member in upstream.Members)
            {
                if (OwnerOf(member.Server, workers) == worker.Index && !_running.ContainsKey(member.Server))
                {
                    Follow(member.Server, upstream.Checks, before);
                }
            }
        }

        foreach (ServerCheck check in before.Values)
        {
            check.Stop();
        }
    }

    /// <summary>Ends all of them.</summary>
    public void Stop()
    {
        foreach (ServerCheck check in _running.Values)
        {
            check.Stop();
        }

        _running.Clear();
    }

    // Any way that always gives the same: what one worker writes of a server, no other does.
    private static int OwnerOf(ServerState server, int workers) => (int)((uint)server.Name.GetHashCode(StringComparison.Ordinal) % (uint)workers);

    private void Follow(ServerState server, UpstreamChecks? checks, Dictionary<ServerState, ServerCheck> before)
    {
        if (checks is null)
        {
            Forget(server);
        }
        else if (before.TryGetValue(server, out ServerCheck? running) && running.Plan == checks.Plan)
        {
            before.Remove(server);
            _running.Add(server, running);
        }
        else
        {
            _running.Add(server, new ServerCheck(worker, server, checks));
        }
    }

    // Nobody would ever say that it is up again.
    private static void Forget(ServerState server)
    {
        server.Checks.End();
        if (server.Health.Checks != CheckVerdict.None)
        {
            server.Health.Set(CheckVerdict.None, "it is not checked any more");
        }
    }
}
