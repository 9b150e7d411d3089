using Sluice.Http.Representations;

namespace Sluice.Http.Caching;

/// <summary>Decides which stored responses a new response without content speaks of (RFC 9111, sections 4.3.4 and 4.3.5).</summary>
public static class FresheningSelector
{
    /// <summary>How a 304 matches a stored response that the request could have selected.</summary>
    /// <param name="notModified">Of the 304.</param>
    /// <param name="stored">Of the stored response.</param>
    /// <param name="candidateCount">How many stored responses the request could have selected.</param>
    /// <param name="wasAsked">Whether the request had the validators of this stored response and of no other.</param>
    public static FresheningMatch Match(in Validators notModified, in Validators stored, int candidateCount, bool wasAsked)
    {
        if (notModified.IsEmpty)
        {
            return wasAsked && !stored.IsEmpty ? FresheningMatch.Asked
                : candidateCount == 1 && stored.IsEmpty ? FresheningMatch.Sole
                : FresheningMatch.None;
        }

        if (notModified.IsTagStrong || notModified.IsDateStrong)
        {
            return IsSameStrongly(notModified, stored) ? FresheningMatch.Strong : FresheningMatch.None;
        }

        return IsSameWeakly(notModified, stored) ? FresheningMatch.Weak : FresheningMatch.None;
    }

    /// <summary>
    /// Whether the response to a HEAD that was forwarded is that of a stored GET. Then its fields update the stored ones; otherwise the stored response is stale
    /// from now on.
    /// </summary>
    /// <param name="head">Of the response to HEAD, which has to be 200.</param>
    /// <param name="headLength">Its <c>Content-Length</c>, or -1.</param>
    /// <param name="stored">Of the stored response.</param>
    /// <param name="storedLength">How long its content is.</param>
    public static bool MatchesHead(in Validators head, long headLength, in Validators stored, long storedLength)
    {
        bool isTagSame = !head.HasEntityTag || head.EntityTag.SequenceEqual(stored.EntityTag);
        bool isDateSame = !head.HasLastModified || (stored.HasLastModified && head.LastModifiedAt == stored.LastModifiedAt);
        return isTagSame && isDateSame && (headLength < 0 || headLength == storedLength);
    }

    // Where both have tags these decide: a date can't outweigh a tag that differs.
    private static bool IsSameStrongly(in Validators notModified, in Validators stored)
    {
        if (notModified.IsTagStrong && stored.HasEntityTag)
        {
            return EntityTag.StrongEquals(notModified.EntityTag, stored.EntityTag);
        }

        if (notModified.HasEntityTag && stored.HasEntityTag && !EntityTag.WeakEquals(notModified.EntityTag, stored.EntityTag))
        {
            return false;
        }

        return notModified.IsDateStrong && stored.IsDateStrong && notModified.LastModifiedAt == stored.LastModifiedAt;
    }

    private static bool IsSameWeakly(in Validators notModified, in Validators stored)
    {
        return notModified.HasEntityTag && stored.HasEntityTag
            ? EntityTag.WeakEquals(notModified.EntityTag, stored.EntityTag)
            : notModified.HasLastModified && stored.HasLastModified && notModified.LastModifiedAt == stored.LastModifiedAt;
    }
}
