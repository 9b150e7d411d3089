using System.Diagnostics;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;

namespace Sluice.Proxy.Representations;

/// <summary>What the head of a response says that is made for one request from something held here, beside and in place of what is held with it.</summary>
/// <remarks>Belongs to an exchange; <see cref="Forwarding.ResponseHeadWriter"/> asks it.</remarks>
internal sealed class RepresentationFields
{
    // What describes a representation, which a 304 has none of (RFC 9110, section 15.4.5). What it has to say for the stored one, and what is no
    // representation metadata, such as security headers, stays.
    private const ulong Metadata = (1UL << (int)KnownField.ContentType) | (1UL << (int)KnownField.ContentEncoding) | (1UL << (int)KnownField.ContentLanguage)
        | (1UL << (int)KnownField.ContentRange) | (1UL << (int)KnownField.ContentDisposition) | (1UL << (int)KnownField.AcceptRanges);

    private readonly ByteRanges _ranges;
    private readonly MultipartRanges _multipart;
    private bool _offersRanges;

    public RepresentationFields(ByteRanges ranges, MultipartRanges multipart)
    {
        _ranges = ranges;
        _multipart = multipart;
    }

    /// <summary>Known fields that are left out of what is held, a bit each.</summary>
    public ulong Replaced { get; private set; }

    /// <summary>The length of the whole in bytes; -1 when nobody knows it yet.</summary>
    public long CompleteLength { get; private set; }

    /// <summary>How many parts are sent; 0 for the whole.</summary>
    public int Parts { get; private set; }

    /// <summary>Begins for a request.</summary>
    /// <param name="held">The head that is held.</param>
    /// <param name="completeLength">The length of the whole in bytes, or -1.</param>
    /// <param name="hasRanges">Whether parts may be asked for, which are those of what is held.</param>
    public void Begin(ResponseHead held, long completeLength, bool hasRanges)
    {
        _offersRanges = hasRanges && completeLength >= 0 && held.Status == 200 && !held.Fields.Contains(KnownField.AcceptRanges);
        Replaced = 0;
        Parts = 0;
        CompleteLength = completeLength;
    }

    /// <summary>The response has no content: the client has it.</summary>
    public void BecomeNotModified(bool hasTag)
    {
        Replaced = Metadata | (hasTag ? 1UL << (int)KnownField.LastModified : 0);
        _offersRanges = false;
    }

    /// <summary>The response is one of parts, as many as the ranges say.</summary>
    public void BecomePartial()
    {
        Parts = _ranges.Count;
        Replaced = (1UL << (int)KnownField.ContentRange) | (Parts > 1 ? 1UL << (int)KnownField.ContentType : 0);
    }

    /// <summary>Writes the lines, less those that the route takes out.</summary>
    public void AppendTo(ref HeadWriter writer, ulong dropMask)
    {
        if (_offersRanges && (dropMask & KnownFields.MaskOf(KnownField.AcceptRanges)) == 0)
        {
            writer.Append("Accept-Ranges: bytes\r\n"u8);
        }

        if (Parts == 1)
        {
            ContentRange.Append(ref writer, _ranges[0], CompleteLength);
        }
        else if (Parts > 1)
        {
            _multipart.AppendContentType(ref writer);
        }
    }

    /// <summary>Writes the line of a 416.</summary>
    public void AppendUnsatisfied(ref HeadWriter writer)
    {
        Debug.Assert(CompleteLength >= 0, "Without a length every range is ignored.");
        ContentRange.AppendUnsatisfied(ref writer, CompleteLength);
    }
}
