using Sluice.Http.Headers;

namespace Sluice.Http.Representations;

/// <summary>What conditional requests are compared with: the validators of the selected representation (RFC 9110, section 8.8). Slices of somebody's memory.</summary>
public readonly ref struct Validators
{
    /// <summary>Stands for a date that there is none of.</summary>
    public const long NoDate = long.MinValue;

    /// <summary>Of a representation that exists, without any validator.</summary>
    public Validators()
    {
    }

    /// <summary>Whether there is a current representation: <c>*</c> asks for no more.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>The entity tag, with its quotes; empty when there is none.</summary>
    public ReadOnlySpan<byte> ETag { get; init; }

    /// <summary>The time of <c>Last-Modified</c> in seconds since 1970, or <see cref="NoDate"/>.</summary>
    public long LastModified { get; init; } = NoDate;

    /// <summary>
    /// When the representation was generated, by the same clock, in seconds since 1970, or <see cref="NoDate"/>: <c>Date</c> of a stored response, and now for what is
    /// generated now.
    /// </summary>
    public long Date { get; init; } = NoDate;

    /// <summary>
    /// Whether <see cref="LastModified"/> is a strong validator (RFC 9110, section 8.8.2.2): within the second in which it was generated, the representation may have
    /// changed once more without a change of the date.
    /// </summary>
    public bool IsLastModifiedStrong => LastModified != NoDate && Date != NoDate && Date > LastModified;

    /// <summary>The validators in a response's head. A field that is there twice, or is none of its kind, is as good as none.</summary>
    public static Validators Of(FieldTable fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return new Validators
        {
            ETag = TryGetOnly(fields, KnownField.ETag, out ReadOnlySpan<byte> tag) && EntityTag.IsValid(tag) ? tag : default,
            LastModified = DateOf(fields, KnownField.LastModified),
            Date = DateOf(fields, KnownField.Date),
        };
    }

    /// <summary>The value of a field that is there exactly once.</summary>
    internal static bool TryGetOnly(FieldTable fields, KnownField field, out ReadOnlySpan<byte> value)
    {
        int at = fields.IndexOf(field);
        bool isOnly = at >= 0 && fields.IndexOf(field, at + 1) < 0;
        value = isOnly ? fields.Value(at) : default;
        return isOnly;
    }

    /// <summary>The time of a field that is there exactly once and is a date; otherwise <see cref="NoDate"/>.</summary>
    internal static long DateOf(FieldTable fields, KnownField field) =>
        TryGetOnly(fields, field, out ReadOnlySpan<byte> text) && HttpDate.TryParse(text, out long seconds) ? seconds : NoDate;
}
