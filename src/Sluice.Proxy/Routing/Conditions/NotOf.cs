namespace Sluice.Proxy.Routing.Conditions;

/// <summary>The contrary; null holds always.</summary>
internal sealed class NotOf(Condition? condition) : Condition
{
    internal override bool Matches(in RouteInput input) => condition is not null && !condition.Matches(input);
}
