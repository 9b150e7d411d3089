using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Clients;

/// <summary>The addresses that are listened on, and how they change. Identity is the address; of several alike, at port 0, the order.</summary>
/// <remarks>One thread at a time changes it; <see cref="States"/> may be read by any.</remarks>
internal sealed class ListenerTable(int workers, InstalledCertificates installed, IdentityCache identities) : IDisposable
{
    private int _lastId;
    private volatile IReadOnlyList<ListenerState> _states = [];

    /// <summary>The listeners in the order of the plan.</summary>
    public IReadOnlyList<ListenerState> States => _states;

    /// <summary>Binds what a plan has and the table hasn't. Nothing is in use before <see cref="Commit"/>.</summary>
    /// <exception cref="ListenException">An address can't be bound; nothing is left bound that wasn't.</exception>
    public ListenerChange Prepare(IReadOnlyList<ListenerPlan> plans)
    {
        List<ListenerState> left = [.. _states];
        var after = new List<ListenerState>();
        var added = new List<ListenerState>();
        var tls = new List<ListenerTls?>();
        foreach (ListenerPlan plan in plans)
        {
            if (left.Find(state => state.Plan.EndPoint.Equals(plan.EndPoint)) is { } kept)
            {
                left.Remove(kept);
                after.Add(kept);
                tls.Add(TlsOf(plan, kept, added));
                continue;
            }

            tls.Add(TlsOf(plan, null, added));
            try
            {
                var state = new ListenerState(plan, ++_lastId, ListeningSocket.Open(plan.EndPoint, workers, HasPortOf(plan.EndPoint)), tls[^1]);
                added.Add(state);
                after.Add(state);
            }
            catch (Exception exception) when (exception is ReactorException or SocketException or IOException or UnauthorizedAccessException)
            {
                added.ForEach(state => state.Dispose());
                throw new ListenException($"cannot listen on {plan.Text}: {Reason(exception)}");
            }
        }

        return new ListenerChange(plans, after, added, left, tls);
    }

    /// <summary>Makes a change the state of affairs. The loops still have to be told.</summary>
    public void Commit(ListenerChange change)
    {
        for (int i = 0; i < change.Plans.Count; i++)
        {
            change.After[i].Describe(change.Plans[i], change.Tls[i]);
        }

        // Those of certificates that are still in use come back with their next handshake.
        identities.Clear();

        _states = change.After;
    }

    /// <summary>Gives up a change that will not be made.</summary>
    public static void Abandon(ListenerChange change)
    {
        foreach (ListenerState state in change.Added)
        {
            state.Dispose();
        }
    }

    /// <summary>Closes the sockets that loops share, after the loops stopped accepting.</summary>
    public void Dispose()
    {
        foreach (ListenerState state in _states)
        {
            state.Dispose();
        }
    }

    // Made anew with each plan, even if it says the same: thousands of certificates are not to be held twice. Contexts and tickets are taken over where they
    // can be. What can't be made ends the whole change.
    private ListenerTls? TlsOf(ListenerPlan plan, ListenerState? kept, List<ListenerState> added)
    {
        if (plan.Tls is null || (kept is not null && ReferenceEquals(kept.Plan.Tls, plan.Tls) && kept.Plan.Http2 == plan.Http2))
        {
            return plan.Tls is null ? null : kept!.Tls;
        }

        try
        {
            return new ListenerTls(plan.Tls, installed, identities, plan.Http2 != Http2Mode.Off, kept?.Tls);
        }
        catch (TlsException exception)
        {
            added.ForEach(state => state.Dispose());
            throw new ListenException($"cannot speak TLS on {plan.Text}: {exception.Message}");
        }
    }

    // From every address to one, or back, at the same port: the sockets overlap for a moment.
    private bool HasPortOf(EndPoint endPoint) =>
        endPoint is IPEndPoint { Port: > 0 } ip && _states.Any(state => state.EndPoint is IPEndPoint own && own.Port == ip.Port);

    private static string Reason(Exception exception) => exception is not ReactorException reactor ? exception.Message : reactor.Error switch
    {
        IoErrors.AddressInUse => "the address is in use by another program (try: ss -ltnp)",
        IoErrors.AccessDenied => "permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)",
        IoErrors.AddressNotAvailable => "no network interface of this machine has that address",
        _ => reactor.Message,
    };
}
