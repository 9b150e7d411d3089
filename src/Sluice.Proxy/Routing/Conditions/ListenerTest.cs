using System.Net;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the listener. It is known by its address, since a reload may give another name to one that stays.</summary>
internal sealed class ListenerTest(ListenerCondition plan) : Condition
{
    private readonly ListenerPlan[] _listeners = [.. plan.Listeners];

    internal override bool Matches(in RouteInput input)
    {
        foreach (ListenerPlan listener in _listeners)
        {
            if (input.Listener is not null && IsSame(listener, input.Listener))
            {
                return true;
            }
        }

        return false;
    }

    // Port 0 is another port each time, so that only the name can tell such listeners apart.
    private static bool IsSame(ListenerPlan one, ListenerPlan other) =>
        ReferenceEquals(one, other) || (one.EndPoint.Equals(other.EndPoint) && (one.EndPoint is not IPEndPoint { Port: 0 } || one == other));
}
