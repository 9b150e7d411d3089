namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Every one of several.</summary>
internal sealed class AllOf(Condition[] conditions) : Condition
{
    internal override bool Matches(in RouteInput input)
    {
        foreach (Condition condition in conditions)
        {
            if (!condition.Matches(input))
            {
                return false;
            }
        }

        return true;
    }
}
