using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Templates;

/// <summary>Finds the value of a variable and writes it, always through <see cref="TemplateEncoder"/>.</summary>
internal static class TemplateValues
{
    /// <summary>Writes a variable's value; nothing when there is none.</summary>
    public static void Append(ref HeadWriter writer, ITemplateSource source, in TemplatePart part, TemplateEncoding encoding)
    {
        switch (part.Variable)
        {
            case TemplateVariable.Path or TemplateVariable.PathGroup or TemplateVariable.PathSegment:
                TemplateEncoder.Append(ref writer, PathPart(source, part), encoding, ValueKind.Path);
                break;
            case TemplateVariable.Query:
                TemplateEncoder.Append(ref writer, source.Request.Query, encoding, ValueKind.Query);
                break;
            case TemplateVariable.QueryValue:
                _ = QueryValue.TryFind(source.Request.Query, part.Text.Span, out ReadOnlySpan<byte> value);
                TemplateEncoder.Append(ref writer, value, encoding, ValueKind.QueryValue);
                break;
            case TemplateVariable.Uri:
                AppendUri(ref writer, source.Request, encoding);
                break;
            case TemplateVariable.Header:
                _ = HeaderText.TryFind(source.Request.Fields, part.Text.Span, out ReadOnlySpan<byte> header);
                TemplateEncoder.Append(ref writer, header, encoding, ValueKind.Foreign);
                break;
            case TemplateVariable.ClientIp or TemplateVariable.RequestId or TemplateVariable.Time or TemplateVariable.Status:
                AppendMade(ref writer, source, part.Variable, encoding);
                break;
            case TemplateVariable.Host or TemplateVariable.Authority:
                ReadOnlySpan<byte> host = part.Variable == TemplateVariable.Host ? source.Request.Host : source.Request.Authority;
                TemplateEncoder.Append(ref writer, host, encoding, ValueKind.Authority);
                break;
            default:
                TemplateEncoder.Append(ref writer, Plain(source, part), encoding, ValueKind.Foreign);
                break;
        }
    }

    private static ReadOnlySpan<byte> PathPart(ITemplateSource source, in TemplatePart part) => part.Variable switch
    {
        TemplateVariable.PathGroup => source.PathGroup(part.Text.Span),
        TemplateVariable.PathSegment => Segment(source.Request.Path, part.Number),
        _ => PathOf(source.Request),
    };

    // "*" is no path (RFC 9112, section 3.2.4).
    private static ReadOnlySpan<byte> PathOf(RequestHead request) => request.IsAsteriskForm ? "/"u8 : request.Path;

    private static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> path, int number)
    {
        for (; number > 0; number--)
        {
            int slash = path.IndexOf((byte)'/');
            if (slash < 0)
            {
                return default;
            }

            path = path[(slash + 1)..];
        }

        int end = path.IndexOf((byte)'/');
        return end < 0 ? path : path[..end];
    }

    private static void AppendUri(ref HeadWriter writer, RequestHead request, TemplateEncoding encoding)
    {
        // Within a query it is one value, such as where to go back to.
        bool isValue = encoding == TemplateEncoding.Query;
        TemplateEncoder.Append(ref writer, PathOf(request), encoding, isValue ? ValueKind.Foreign : ValueKind.Path);
        if (request.HasQuery)
        {
            TemplateEncoding next = encoding == TemplateEncoding.Uri ? TemplateEncoding.Query : encoding;
            ValueKind kind = isValue ? ValueKind.Foreign : ValueKind.Query;
            TemplateEncoder.Append(ref writer, "?"u8, next, kind);
            TemplateEncoder.Append(ref writer, request.Query, next, kind);
        }
    }

    // What is not there as text; made of digits, letters, colons and hyphens.
    private static void AppendMade(ref HeadWriter writer, ITemplateSource source, TemplateVariable variable, TemplateEncoding encoding)
    {
        Span<byte> text = stackalloc byte[IpAddress.TextBytesMax];
        int length = 0;
        if (variable == TemplateVariable.ClientIp)
        {
            _ = source.ClientAddress.Bits != 0 && source.ClientAddress.TryFormat(text, out length);
        }
        else if (variable == TemplateVariable.Time)
        {
            source.Time.CopyTo(text);
            length = source.Time.Length;
            text[length++] = (byte)'Z';
        }
        else
        {
            long number = variable == TemplateVariable.RequestId ? source.Id : source.Status;
            number.TryFormat(text, out length);
        }

        TemplateEncoder.Append(ref writer, text[..length], encoding, ValueKind.Foreign);
    }

    private static ReadOnlySpan<byte> Plain(ITemplateSource source, in TemplatePart part) => part.Variable switch
    {
        TemplateVariable.Method => source.Request.MethodText,
        TemplateVariable.Scheme => source.Scheme,
        TemplateVariable.Cookie => CookieValue.Find(source.Request.Fields, part.Text.Span),
        TemplateVariable.Route => source.RouteName,
        TemplateVariable.Upstream => source.UpstreamName,
        TemplateVariable.Server => source.ServerName,
        TemplateVariable.ServerHost => source.ServerAuthority,
        TemplateVariable.Error => source.ErrorName,
        TemplateVariable.Reason => source.Status == 0 ? default : ReasonPhrases.Get(source.Status),
        _ => default,
    };
}
