namespace Sluice.Proxy.Routing.Conditions;

/// <summary>At least one of several.</summary>
internal sealed class AnyOf(Condition[] conditions) : Condition
{
    internal override bool Matches(in RouteInput input)
    {
        foreach (Condition condition in conditions)
        {
            if (condition.Matches(input))
            {
                return true;
            }
        }

        return false;
    }
}
