using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Uris;

namespace Sluice.Http.Http1;

/// <summary><c>method SP request-target SP HTTP-version</c> (RFC 9112, section 3), with exactly one space between the parts.</summary>
internal static class RequestLine
{
    // The longest registered method has 17 bytes (IANA HTTP Method Registry).
    private const int MethodBytesMax = 32;

    /// <summary>Reads a request line into a head whose buffer is set.</summary>
    /// <param name="head">Takes method, version, target, path, query and the authority of an absolute target.</param>
    /// <param name="start">Where the line begins.</param>
    /// <param name="end">Where its CRLF is.</param>
    /// <param name="defaultPort">80, or 443 on a connection with TLS: tells which scheme an absolute target may have.</param>
    internal static Violation Parse(RequestHead head, int start, int end, int defaultPort)
    {
        ReadOnlySpan<byte> line = head.Fields.Buffer.AsSpan(start, end - start);
        if (line.SequenceEqual("PRI * HTTP/2.0"u8))
        {
            return Violation.Http2Preface;
        }

        int methodLength = line.IndexOf(FieldBytes.Space);
        int versionStart = line.LastIndexOf(FieldBytes.Space) + 1;
        if (methodLength <= 0 || versionStart <= methodLength + 2 || versionStart == line.Length)
        {
            return Violation.InvalidRequestLine;
        }

        Violation violation = ParseMethod(head, line[..methodLength], start);
        if (violation == Violation.None)
        {
            violation = ParseVersion(head, line[versionStart..]);
        }

        if (violation != Violation.None)
        {
            return violation;
        }

        head.TargetRange = new TextRange(start + methodLength + 1, versionStart - methodLength - 2);
        return ParseTarget(head, defaultPort);
    }

    /// <summary>Takes a method; those that are not served are refused.</summary>
    internal static Violation ParseMethod(RequestHead head, ReadOnlySpan<byte> method, int offset)
    {
        head.Method = RequestMethods.Find(method);
        head.MethodRange = new TextRange(offset, method.Length);
        if (head.Method == RequestMethod.Other && !FieldBytes.IsToken(method))
        {
            return Violation.InvalidMethod;
        }

        if (method.Length > MethodBytesMax)
        {
            return Violation.MethodTooLong;
        }

        // CONNECT would open a tunnel to anywhere; TRACE would show a client the fields that proxies add (RFC 9110, section 9.3.8).
        return head.Method is RequestMethod.Connect or RequestMethod.Trace ? Violation.MethodNotAllowed : Violation.None;
    }

    private static Violation ParseVersion(RequestHead head, ReadOnlySpan<byte> version)
    {
        if (version.SequenceEqual("HTTP/1.1"u8))
        {
            head.MinorVersion = 1;
            return Violation.None;
        }

        if (version.SequenceEqual("HTTP/1.0"u8))
        {
            return Violation.None;
        }

        bool isVersion = version.Length == 8 && version.StartsWith("HTTP/"u8) && version[6] == '.'
            && char.IsAsciiDigit((char)version[5]) && char.IsAsciiDigit((char)version[7]);
        return isVersion ? Violation.UnsupportedVersion : Violation.InvalidVersion;
    }

    /// <summary>Takes path and query of <see cref="RequestHead.TargetRange"/>, which is not empty.</summary>
    internal static Violation ParseTarget(RequestHead head, int defaultPort)
    {
        ReadOnlySpan<byte> target = head.RawTarget;
        if (target[0] == '/')
        {
            return ParsePath(head, head.TargetRange);
        }

        if (target.Length == 1 && target[0] == '*')
        {
            head.IsAsteriskForm = head.Method == RequestMethod.Options;
            head.SetPath(head.TargetRange);
            return head.IsAsteriskForm ? Violation.None : Violation.InvalidTarget;
        }

        return ParseAbsoluteForm(head, target, defaultPort);
    }

    // absolute-form (RFC 9112, section 3.2.2): a server must take it, though only clients of forward proxies send it.
    private static Violation ParseAbsoluteForm(RequestHead head, ReadOnlySpan<byte> target, int defaultPort)
    {
        int colon = target.IndexOf("://"u8);
        if (colon <= 0)
        {
            return Violation.InvalidTarget;
        }

        ReadOnlySpan<byte> scheme = defaultPort == 443 ? "https"u8 : "http"u8;
        if (!Ascii.EqualsIgnoreCase(target[..colon], scheme))
        {
            return Violation.UnsupportedScheme;
        }

        int authorityStart = colon + 3;
        int authorityLength = target[authorityStart..].IndexOfAny("/?#"u8);
        int authorityEnd = authorityLength < 0 ? target.Length : authorityStart + authorityLength;
        if (authorityEnd == authorityStart)
        {
            return Violation.InvalidTarget;
        }

        int offset = head.TargetRange.Offset;
        head.TargetAuthorityRange = new TextRange(offset + authorityStart, authorityEnd - authorityStart);
        var rest = new TextRange(offset + authorityEnd, target.Length - authorityEnd);
        if (rest.Length > 0 && target[authorityEnd] == '/')
        {
            return ParsePath(head, rest);
        }

        // Without a path it is "/", or "*" for OPTIONS without a query (sections 3.2.1 and 3.2.4).
        head.IsAsteriskForm = head.Method == RequestMethod.Options && rest.Length == 0;
        head.RentPathScratch(1)[0] = head.IsAsteriskForm ? (byte)'*' : (byte)'/';
        head.SetRewrittenPath(1, PathTraits.None);
        return rest.Length == 0 ? Violation.None : ParseQuery(head, rest);
    }

    private static Violation ParsePath(RequestHead head, TextRange range)
    {
        ReadOnlySpan<byte> target = range.In(head.Fields.Buffer);
        bool isPlain = PathCanonicalizer.TryTakePlain(target, out int length);
        if (isPlain)
        {
            head.SetPath(range with { Length = length });
        }
        else
        {
            length = target.IndexOf((byte)'?');
            length = length < 0 ? target.Length : length;
            Violation violation = PathCanonicalizer.Canonicalize(
                target[..length], head.RentPathScratch(length), out int pathLength, out PathTraits traits);
            if (violation != Violation.None)
            {
                return violation;
            }

            head.SetRewrittenPath(pathLength, traits);
        }

        return length == range.Length ? Violation.None : ParseQuery(head, new TextRange(range.Offset + length, range.Length - length));
    }

    private static Violation ParseQuery(RequestHead head, TextRange range)
    {
        ReadOnlySpan<byte> query = range.In(head.Fields.Buffer);
        if (query[0] != '?')
        {
            return Violation.FragmentInTarget;
        }

        head.HasQuery = true;
        head.QueryRange = new TextRange(range.Offset + 1, range.Length - 1);
        return QueryCheck.Check(query[1..]);
    }
}
