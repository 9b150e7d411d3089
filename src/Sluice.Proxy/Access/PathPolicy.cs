using Sluice.Http.Uris;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Access;

/// <summary>Decides about paths with something that servers disagree on. Immutable.</summary>
internal sealed class PathPolicy
{
    private static readonly (PathTraits Trait, ProxyErrorCode Error)[] Errors =
    [
        (PathTraits.EncodedNul, ProxyErrorCode.PathEncodedNul),
        (PathTraits.EncodedBackslash, ProxyErrorCode.PathEncodedBackslash),
        (PathTraits.EncodedSlash, ProxyErrorCode.PathEncodedSlash),
        (PathTraits.DotSegments, ProxyErrorCode.PathDotSegments),
        (PathTraits.DoubleSlash, ProxyErrorCode.PathDoubleSlash),
        (PathTraits.Semicolon, ProxyErrorCode.PathSemicolon),
    ];

    private readonly PathTraits _rejected;
    private readonly PathTraits _reported;

    public PathPolicy(PathPolicyPlan plan)
    {
        _rejected = MaskOf(plan, PathVerdict.Reject);
        _reported = MaskOf(plan, PathVerdict.Report);
    }

    /// <summary>What holds without a route, and for routes that say nothing.</summary>
    public static PathPolicy Default { get; } = new(PathPolicyPlan.Default);

    /// <summary>Fails the exchange if its path is refused, and notes what is to be reported.</summary>
    public void Check(Exchange exchange) => Check(exchange, exchange.Request.FindPathTraits());

    /// <summary>The same for the path that it was rewritten to.</summary>
    public void CheckRewritten(Exchange exchange) => Check(exchange, exchange.Target.Traits);

    private static PathTraits MaskOf(PathPolicyPlan plan, PathVerdict verdict)
    {
        PathTraits If(PathVerdict actual, PathTraits trait) => actual == verdict ? trait : PathTraits.None;
        return If(plan.DotSegments, PathTraits.DotSegments)
            | If(plan.DoubleSlash, PathTraits.DoubleSlash)
            | If(plan.EncodedSlash, PathTraits.EncodedSlash)
            | If(plan.EncodedBackslash, PathTraits.EncodedBackslash)
            | If(plan.EncodedNul, PathTraits.EncodedNul)
            | If(plan.Semicolon, PathTraits.Semicolon);
    }

    private void Check(Exchange exchange, PathTraits traits)
    {
        exchange.ReportedPath |= traits & _reported;
        PathTraits refused = traits & _rejected;
        if (refused == PathTraits.None)
        {
            return;
        }

        foreach ((PathTraits trait, ProxyErrorCode error) in Errors)
        {
            if ((refused & trait) != 0)
            {
                exchange.Fail(error);
                return;
            }
        }
    }
}
