using Sluice.Http.Http1;

namespace Sluice.Http.Uris;

/// <summary>Queries are forwarded byte by byte; only what may not stand in a request line at all is refused (RFC 3986, section 3.4).</summary>
public static class QueryCheck
{
    /// <summary>Checks a query.</summary>
    /// <param name="query">Without its question mark.</param>
    public static Violation Check(ReadOnlySpan<byte> query)
    {
        int index = query.IndexOfAnyExcept(UriBytes.Query);
        if (index < 0)
        {
            return Violation.None;
        }

        return query[index] == '#' ? Violation.FragmentInTarget : Violation.InvalidQueryCharacter;
    }
}
