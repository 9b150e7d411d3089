using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>
/// What a request says to caches (RFC 9111, section 5.2.1). It is advice: what can't be read counts as not said. Of several times the one that asks for more holds.
/// </summary>
public readonly record struct RequestDirectives
{
    /// <summary>The oldest response that is wanted, in seconds; null for any.</summary>
    public long? MaxAge { get; private init; }

    /// <summary>For how many seconds it shall still be fresh; null when that wasn't said.</summary>
    public long? MinFresh { get; private init; }

    /// <summary>How stale it may be, in seconds; <see cref="DeltaSeconds.Max"/> for any, null when it has to be fresh.</summary>
    public long? MaxStale { get; private init; }

    /// <summary>How stale it may be in place of an error, in seconds (RFC 5861, section 4); null when that wasn't said.</summary>
    public long? StaleIfError { get; private init; }

    /// <summary>Nothing is wanted that wasn't validated, by <c>Cache-Control</c>, or by <c>Pragma</c> where there is no <c>Cache-Control</c> (section 5.4).</summary>
    public bool NoCache { get; private init; }

    /// <summary>Nothing of the request or its response may be stored.</summary>
    public bool NoStore { get; private init; }

    /// <summary>The content shall stay as it is.</summary>
    public bool NoTransform { get; private init; }

    /// <summary>The server must not be asked.</summary>
    public bool OnlyIfCached { get; private init; }

    /// <summary>Reads them.</summary>
    /// <param name="fields">Of the request.</param>
    public static RequestDirectives Read(FieldTable fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        RequestDirectives directives = default;
        int line = fields.IndexOf(KnownField.CacheControl);
        if (line < 0)
        {
            return fields.Contains(KnownField.Pragma) ? new RequestDirectives { NoCache = HasPragma(fields) } : directives;
        }

        for (; line >= 0; line = fields.IndexOf(KnownField.CacheControl, line + 1))
        {
            var reader = new DirectiveReader(fields.Value(line));
            while (reader.MoveNext())
            {
                directives = directives.With(reader);
            }
        }

        return directives;
    }

    private RequestDirectives With(in DirectiveReader reader)
    {
        bool hasSeconds = reader.Form is ArgumentForm.Token or ArgumentForm.Quoted;
        long seconds = 0;
        hasSeconds = hasSeconds && DeltaSeconds.TryParse(reader.Argument, out seconds);
        return reader.Directive switch
        {
            Directive.MaxAge when hasSeconds => this with { MaxAge = Math.Min(MaxAge ?? seconds, seconds) },
            Directive.MinFresh when hasSeconds => this with { MinFresh = Math.Max(MinFresh ?? seconds, seconds) },
            Directive.MaxStale when hasSeconds => this with { MaxStale = Math.Min(MaxStale ?? seconds, seconds) },
            Directive.MaxStale when reader.Form == ArgumentForm.None => this with { MaxStale = MaxStale ?? DeltaSeconds.Max },
            Directive.StaleIfError when hasSeconds => this with { StaleIfError = Math.Min(StaleIfError ?? seconds, seconds) },
            Directive.NoCache => this with { NoCache = true },
            Directive.NoStore => this with { NoStore = true },
            Directive.NoTransform => this with { NoTransform = true },
            Directive.OnlyIfCached => this with { OnlyIfCached = true },
            _ => this,
        };
    }

    private static bool HasPragma(FieldTable fields)
    {
        for (int i = fields.IndexOf(KnownField.Pragma); i >= 0; i = fields.IndexOf(KnownField.Pragma, i + 1))
        {
            foreach (ReadOnlySpan<byte> element in new ListElements(fields.Value(i)))
            {
                if (Ascii.EqualsIgnoreCase(element, "no-cache"u8))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
