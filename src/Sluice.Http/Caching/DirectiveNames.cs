using System.Text;

namespace Sluice.Http.Caching;

/// <summary>Finds directives by their names, which are compared without regard to case (RFC 9111, section 5.2).</summary>
internal static class DirectiveNames
{
    internal static Directive Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        6 => Match(name, "public"u8, Directive.Public),
        7 => Match(name, "max-age"u8, Directive.MaxAge) | Match(name, "private"u8, Directive.Private),
        8 => Match(name, "no-cache"u8, Directive.NoCache) | Match(name, "no-store"u8, Directive.NoStore)
            | Match(name, "s-maxage"u8, Directive.SharedMaxAge),
        9 => Match(name, "immutable"u8, Directive.Immutable) | Match(name, "max-stale"u8, Directive.MaxStale)
            | Match(name, "min-fresh"u8, Directive.MinFresh),
        12 => Match(name, "no-transform"u8, Directive.NoTransform),
        14 => Match(name, "stale-if-error"u8, Directive.StaleIfError) | Match(name, "only-if-cached"u8, Directive.OnlyIfCached),
        15 => Match(name, "must-revalidate"u8, Directive.MustRevalidate) | Match(name, "must-understand"u8, Directive.MustUnderstand),
        16 => Match(name, "proxy-revalidate"u8, Directive.ProxyRevalidate),
        22 => Match(name, "stale-while-revalidate"u8, Directive.StaleWhileRevalidate),
        _ => Directive.Unknown,
    };

    // Unknown is 0, and a name matches one row at most.
    private static Directive Match(ReadOnlySpan<byte> name, ReadOnlySpan<byte> row, Directive directive) =>
        Ascii.EqualsIgnoreCase(name, row) ? directive : Directive.Unknown;
}
