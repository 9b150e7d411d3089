using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the path.</summary>
internal sealed class PathTest(PathCondition plan) : Condition
{
    private readonly PathPattern[] _paths = [.. plan.Paths.Select(path => new PathPattern(path))];

    internal override bool Matches(in RouteInput input)
    {
        foreach (PathPattern path in _paths)
        {
            if (path.Matches(input.Request.Path))
            {
                return true;
            }
        }

        return false;
    }
}
