using System.Text;
using Sluice.Http.Addresses;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Access;

/// <summary>A route that is closed for the time being, but for some clients. Immutable.</summary>
internal sealed class Maintenance
{
    private readonly PlanList<IpRange> _except;

    public Maintenance(MaintenancePlan plan)
    {
        Status = plan.Status;
        Page = plan.Page is { } page ? Page.Of(page) : null;
        _except = plan.Except;

        // Nobody is to keep this answer for longer than it is true.
        string retryAfter = plan.RetryAfterSeconds > 0 ? $"retry-after: {plan.RetryAfterSeconds}\r\n" : "";
        Lines = Encoding.ASCII.GetBytes($"cache-control: no-store\r\n{retryAfter}");
    }

    /// <summary>The status of its answer.</summary>
    public int Status { get; }

    /// <summary>Its content; null for the error pages of the route, or plain words.</summary>
    public Page? Page { get; }

    /// <summary>The headers that go with it.</summary>
    public byte[] Lines { get; }

    /// <summary>Whether a client gets through. One on a unix socket has no address, and doesn't.</summary>
    public bool Admits(IpAddress client)
    {
        if (client.Bits == 0)
        {
            return false;
        }

        foreach (ref readonly IpRange range in _except.Span)
        {
            if (range.Contains(client))
            {
                return true;
            }
        }

        return false;
    }
}
