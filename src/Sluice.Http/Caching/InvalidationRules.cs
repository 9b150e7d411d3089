using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Uris;

namespace Sluice.Http.Caching;

/// <summary>Decides what a request that may have changed something makes invalid (RFC 9111, section 4.4).</summary>
public static class InvalidationRules
{
    /// <summary>What a reference, and the path that it resolves to, may have in bytes. Longer ones are left alone, which the section allows.</summary>
    public const int ReferenceBytesMax = 2048;

    /// <summary>Whether the target of a request becomes invalid: the method isn't known to be safe, and the response is 2xx or 3xx.</summary>
    public static bool Invalidates(RequestMethod method, int status) => !method.IsSafe() && status is >= 200 and < 400;

    /// <summary>
    /// Finds the URI that <c>Location</c> or <c>Content-Location</c> of the response names, when its origin is that of the request. One of another origin must not be
    /// touched: anybody could throw away what others serve.
    /// </summary>
    /// <param name="request">As the server saw its target.</param>
    /// <param name="response">Its fields.</param>
    /// <param name="field">Which of the two fields.</param>
    /// <param name="isSecure">Whether the scheme of the request is https.</param>
    /// <param name="destination">At least <see cref="ReferenceBytesMax"/> long; takes path and query.</param>
    /// <param name="target">Where they are in it.</param>
    public static bool TryFindTarget(
        RequestHead request, FieldTable response, KnownField field, bool isSecure, Span<byte> destination, out InvalidationTarget target)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(response);
        target = default;
        if (!response.TryGet(field, out ReadOnlySpan<byte> reference) || reference.Length > ReferenceBytesMax || destination.Length < ReferenceBytesMax)
        {
            return false;
        }

        int fragment = reference.IndexOf((byte)'#');
        reference = fragment < 0 ? reference : reference[..fragment];
        return TryTakeOrigin(ref reference, request, isSecure, out bool isRooted) && TryResolve(reference, isRooted, request, destination, out target);
    }

    // RFC 3986, section 5.2.2: takes scheme and authority off, and compares them.
    private static bool TryTakeOrigin(ref ReadOnlySpan<byte> reference, RequestHead request, bool isSecure, out bool isRooted)
    {
        isRooted = false;
        int colon = reference.IndexOfAny(":/?"u8);
        if (colon >= 0 && reference[colon] == ':')
        {
            if (!Ascii.EqualsIgnoreCase(reference[..colon], isSecure ? "https"u8 : "http"u8) || !reference[(colon + 1)..].StartsWith("//"u8))
            {
                return false;
            }

            reference = reference[(colon + 1)..];
        }

        if (!reference.StartsWith("//"u8))
        {
            return true;
        }

        isRooted = true;
        reference = reference[2..];
        int end = reference.IndexOfAny((byte)'/', (byte)'?');
        ReadOnlySpan<byte> authority = end < 0 ? reference : reference[..end];
        reference = end < 0 ? default : reference[end..];
        return IsSameHost(authority, request, isSecure);
    }

    private static bool IsSameHost(ReadOnlySpan<byte> authority, RequestHead request, bool isSecure)
    {
        Span<byte> scratch = stackalloc byte[AuthorityParser.ScratchBytes];
        if (!AuthorityParser.TryParse(authority, isSecure ? 443 : 80, scratch, out AuthorityParts parts))
        {
            return false;
        }

        ReadOnlySpan<byte> host = parts.IsRewritten ? scratch[..parts.HostLength] : authority[..parts.HostLength];
        return parts.Port == request.Port && host.SequenceEqual(request.Host);
    }

    private static bool TryResolve(ReadOnlySpan<byte> reference, bool isRooted, RequestHead request, Span<byte> destination, out InvalidationTarget target)
    {
        target = default;
        int mark = reference.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = mark < 0 ? reference : reference[..mark];
        ReadOnlySpan<byte> query = mark < 0 ? default : reference[(mark + 1)..];
        bool hasQuery = mark >= 0;
        if (path.IsEmpty && !isRooted && !hasQuery)
        {
            query = request.Query;
            hasQuery = request.HasQuery;
        }

        Span<byte> merged = stackalloc byte[ReferenceBytesMax];
        if (request.IsAsteriskForm || query.ContainsAnyExcept(UriBytes.Query) || !TryMerge(path, isRooted, request.Path, merged, out int length)
            || PathCanonicalizer.Canonicalize(merged[..length], destination, out int pathLength) != Violation.None
            || (hasQuery && pathLength + 1 + query.Length > destination.Length))
        {
            return false;
        }

        if (hasQuery)
        {
            destination[pathLength] = (byte)'?';
            query.CopyTo(destination[(pathLength + 1)..]);
        }

        target = new InvalidationTarget(pathLength, hasQuery, query.Length);
        return true;
    }

    // RFC 3986, section 5.2.3: a relative path goes behind the last slash of the base.
    private static bool TryMerge(ReadOnlySpan<byte> path, bool isRooted, ReadOnlySpan<byte> basePath, Span<byte> merged, out int length)
    {
        ReadOnlySpan<byte> start = path is [(byte)'/', ..] ? default
            : isRooted ? "/"u8
            : path.IsEmpty ? basePath
            : basePath[..(basePath.LastIndexOf((byte)'/') + 1)];
        length = start.Length + path.Length;
        if (length > merged.Length)
        {
            return false;
        }

        start.CopyTo(merged);
        path.CopyTo(merged[start.Length..]);
        return true;
    }
}
