using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Http.Representations;

/// <summary>Evaluates conditional requests (RFC 9110, section 13) for a selected representation. Allocates nothing; any thread.</summary>
public static class Preconditions
{
    private const ulong Fields = (1UL << (int)KnownField.IfMatch) | (1UL << (int)KnownField.IfUnmodifiedSince)
        | (1UL << (int)KnownField.IfNoneMatch) | (1UL << (int)KnownField.IfModifiedSince);

    /// <summary>Whether a request has any precondition beside <c>If-Range</c>.</summary>
    public static bool AreIn(FieldTable request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (request.Present & Fields) != 0;
    }

    /// <summary>Evaluates all but <c>If-Range</c>, in the order of section 13.2.2, whose steps are those of the comments.</summary>
    /// <param name="request">The field lines of the request.</param>
    /// <param name="isRead">Whether the method is GET or HEAD.</param>
    /// <param name="validators">Those of the representation that would be sent.</param>
    /// <param name="scope">Who asks.</param>
    public static PreconditionOutcome Evaluate(FieldTable request, bool isRead, in Validators validators, PreconditionScope scope)
    {
        if (!AreIn(request))
        {
            return PreconditionOutcome.Proceed;
        }

        // 1. and 2. What only the origin can answer for.
        if (scope == PreconditionScope.Origin && !IsTheOneMeant(request, validators))
        {
            return PreconditionOutcome.PreconditionFailed;
        }

        // 3. If-None-Match.
        if (request.Contains(KnownField.IfNoneMatch))
        {
            bool isHad = Matches(request, KnownField.IfNoneMatch, validators, isStrong: false);
            return !isHad ? PreconditionOutcome.Proceed : isRead ? PreconditionOutcome.NotModified : PreconditionOutcome.PreconditionFailed;
        }

        // 4. If-Modified-Since, for GET and HEAD only.
        return isRead && !IsModified(request, validators, scope) ? PreconditionOutcome.NotModified : PreconditionOutcome.Proceed;
    }

    /// <summary>
    /// Step 5: whether <c>Range</c> may be answered with a part. Not when <c>If-Range</c> names another representation (section 13.1.5), by a tag after strong comparison
    /// or by a date, which has to be a strong validator.
    /// </summary>
    public static bool AllowsRange(FieldTable request, in Validators validators)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Contains(KnownField.IfRange))
        {
            return true;
        }

        if (!Validators.TryGetOnly(request, KnownField.IfRange, out ReadOnlySpan<byte> value))
        {
            return false;
        }

        if (EntityTag.IsValid(value))
        {
            return !validators.ETag.IsEmpty && EntityTag.StrongEquals(value, validators.ETag);
        }

        return HttpDate.TryParse(value, out long seconds) && seconds == validators.LastModified && validators.IsLastModifiedStrong;
    }

    // Sections 13.1.1 and 13.1.4. A date that is none, or that there is nothing to compare with, is no condition.
    private static bool IsTheOneMeant(FieldTable request, in Validators validators)
    {
        if (request.Contains(KnownField.IfMatch))
        {
            return Matches(request, KnownField.IfMatch, validators, isStrong: true);
        }

        long since = Validators.DateOf(request, KnownField.IfUnmodifiedSince);
        return since == Validators.NoDate || validators.LastModified == Validators.NoDate || validators.LastModified <= since;
    }

    // Section 13.1.3. A cache takes the date of a response without a last modification for it (RFC 9111, section 4.3.2).
    private static bool IsModified(FieldTable request, in Validators validators, PreconditionScope scope)
    {
        long modified = validators.LastModified;
        if (modified == Validators.NoDate && scope == PreconditionScope.Cache)
        {
            modified = validators.Date;
        }

        long since = Validators.DateOf(request, KnownField.IfModifiedSince);
        return since == Validators.NoDate || modified == Validators.NoDate || modified > since;
    }

    // All lines of the field are one list (section 5.3).
    private static bool Matches(FieldTable request, KnownField field, in Validators validators, bool isStrong)
    {
        for (int i = request.IndexOf(field); i >= 0; i = request.IndexOf(field, i + 1))
        {
            ReadOnlySpan<byte> list = request.Value(i);
            bool matches = list.SequenceEqual("*"u8) ? validators.Exists : !validators.ETag.IsEmpty && EntityTag.IsIn(list, validators.ETag, isStrong);
            if (matches)
            {
                return true;
            }
        }

        return false;
    }
}
