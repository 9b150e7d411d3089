using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching.Fetching;
using Validators = Sluice.Http.Caching.Validators;

namespace Sluice.Proxy.Caching.Slicing;

/// <summary>Tells what a server has answered to a request for a slice (RFC 9110, section 15.3.7; RFC 9111, section 3.4).</summary>
internal static class SliceResponse
{
    private const int Ok = 200;
    private const int PartialContent = 206;
    private const int RangeNotSatisfiable = 416;

    /// <summary>Reads the head of the response of a fetch. That of a slice becomes that of the whole.</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="contentLength">Of the response, or -1.</param>
    /// <param name="total">How long the whole content is, where it has more than one slice; else 0.</param>
    public static SliceOutcome Read(Fetch fetch, long contentLength, out long total)
    {
        total = 0;
        SliceRequest slice = fetch.Slice!;
        ResponseHead response = fetch.Exchange.Response;
        if (response.Status != PartialContent)
        {
            // An empty content has no first byte.
            return slice.IsFirst && response.Status != RangeNotSatisfiable ? SliceOutcome.Whole : SliceOutcome.Unusable;
        }

        int line = response.Fields.IndexOf(KnownField.ContentRange);
        if (line < 0 || !ContentRange.TryParse(response.Fields.Value(line), out long first, out long last, out long length))
        {
            return SliceOutcome.Unusable;
        }

        bool isMeant = first == slice.First && last == Math.Min(slice.First + slice.Bytes, length) - 1 && (contentLength < 0 || contentLength == last - first + 1);
        ReadOnlySpan<byte> validator = ValidatorOf(response.Fields);
        bool fits = slice.IsFirst ? length <= slice.Bytes || !validator.IsEmpty : length == slice.Total && validator.SequenceEqual(slice.Validator);
        if (!isMeant || !fits)
        {
            return SliceOutcome.Unusable;
        }

        total = length > slice.Bytes ? length : 0;
        response.BecomeWhole();
        return SliceOutcome.Slice;
    }

    /// <summary>Whether a status that isn't the slice which was asked for says that there is another content now. Others, such as 401 or 503, are about the request or the moment.</summary>
    public static bool SaysChanged(int status) => status is Ok or PartialContent or RangeNotSatisfiable;

    /// <summary>What has to be the same in all parts of one content: a strong validator (RFC 9111, section 3.4). Empty when there is none.</summary>
    public static ReadOnlySpan<byte> ValidatorOf(FieldTable response)
    {
        Validators validators = Validators.Of(response);
        return validators.IsTagStrong ? validators.EntityTag : validators.IsDateStrong ? validators.LastModified : default;
    }
}
