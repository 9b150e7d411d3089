using Sluice.Http.Headers;
using Sluice.Http.Representations;

namespace Sluice.Http.Caching;

/// <summary>What a response can be validated by (RFC 9110, section 8.8): slices of its head.</summary>
public readonly ref struct Validators
{
    // RFC 9110, section 8.8.2.2: a date is strong when the clock has moved on far enough since. RFC 7232 had a minute for it.
    private const long StrongDateSeconds = 60;

    /// <summary>The entity tag; empty when there is none, or none that is valid.</summary>
    public ReadOnlySpan<byte> EntityTag { get; private init; }

    /// <summary>The date of the last change as it came; empty when there is none, or none that is valid.</summary>
    public ReadOnlySpan<byte> LastModified { get; private init; }

    /// <summary>The same in Unix seconds.</summary>
    public long LastModifiedAt { get; private init; }

    /// <summary>Whether the date is as good as a strong entity tag: the response was made a minute later or more.</summary>
    public bool IsDateStrong { get; private init; }

    /// <summary>Whether there is an entity tag.</summary>
    public bool HasEntityTag => !EntityTag.IsEmpty;

    /// <summary>Whether there is a date of the last change.</summary>
    public bool HasLastModified => !LastModified.IsEmpty;

    /// <summary>Whether there is an entity tag, and a strong one.</summary>
    public bool IsTagStrong => HasEntityTag && !Representations.EntityTag.IsWeak(EntityTag);

    /// <summary>Whether there is neither.</summary>
    public bool IsEmpty => !HasEntityTag && !HasLastModified;

    /// <summary>Finds them. Of a field with several lines none counts.</summary>
    public static Validators Of(FieldTable fields)
    {
        ReadOnlySpan<byte> tag = Single(fields, KnownField.ETag);
        ReadOnlySpan<byte> date = Single(fields, KnownField.LastModified);
        bool hasDate = CacheDate.TryParse(date, out long changed);
        return new Validators
        {
            EntityTag = Representations.EntityTag.IsValid(tag) ? tag : default,
            LastModified = hasDate ? date : default,
            LastModifiedAt = changed,
            IsDateStrong = hasDate && CacheDate.TryGet(fields, KnownField.Date, out long made) && made - changed >= StrongDateSeconds,
        };
    }

    private static ReadOnlySpan<byte> Single(FieldTable fields, KnownField field)
    {
        int index = fields.IndexOf(field);
        return index < 0 || fields.IndexOf(field, index + 1) >= 0 ? default : fields.Value(index);
    }
}
