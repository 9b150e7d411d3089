using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Cors;

/// <summary>The origins that may use a route. Immutable.</summary>
internal sealed class OriginSet
{
    // No scheme, host and port are longer (RFC 1035, section 2.3.4, leaves 253 for the host).
    private const int PatternBytesMax = 300;

    private readonly byte[][] _exact;
    private readonly OriginWildcard[] _wildcards;
    private readonly TextPattern[] _expressions;

    public OriginSet(PlanList<CorsOrigin> origins)
    {
        _exact = [.. TextsOf(origins, CorsOriginKind.Exact).Select(Encoding.ASCII.GetBytes)];
        _wildcards = [.. TextsOf(origins, CorsOriginKind.Wildcard).Select(text => new OriginWildcard(text))];
        _expressions = [.. TextsOf(origins, CorsOriginKind.Regex).Select(text => new TextPattern(text))];
    }

    /// <summary>
    /// Whether an origin is one of them, byte by byte as browsers write it (RFC 6454, section 6.2). <c>null</c>, which any page can make itself, only if it
    /// was named.
    /// </summary>
    public bool Contains(ReadOnlySpan<byte> origin)
    {
        foreach (byte[] exact in _exact)
        {
            if (origin.SequenceEqual(exact))
            {
                return true;
            }
        }

        return origin.Length <= PatternBytesMax && !origin.SequenceEqual("null"u8) && MatchesPattern(origin);
    }

    private static IEnumerable<string> TextsOf(PlanList<CorsOrigin> origins, CorsOriginKind kind) =>
        origins.Where(origin => origin.Kind == kind).Select(origin => origin.Text);

    private bool MatchesPattern(ReadOnlySpan<byte> origin)
    {
        foreach (OriginWildcard wildcard in _wildcards)
        {
            if (wildcard.Matches(origin))
            {
                return true;
            }
        }

        foreach (TextPattern expression in _expressions)
        {
            if (expression.IsMatch(origin))
            {
                return true;
            }
        }

        return false;
    }
}
