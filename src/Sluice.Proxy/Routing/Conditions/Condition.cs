namespace Sluice.Proxy.Routing.Conditions;

/// <summary>A condition made ready for requests. Immutable, read by all workers, no allocation to test.</summary>
internal abstract class Condition
{
    /// <summary>Whether a request fulfils it.</summary>
    internal abstract bool Matches(in RouteInput input);
}
