using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Transforms;

/// <summary>Rewrites those fields of a server's response that tell where it is: URLs and cookies. Immutable, allocates nothing.</summary>
internal sealed class ResponseRewriter
{
    private readonly LocationRewriter? _location;
    private readonly CookieRewriter? _cookies;

    private ResponseRewriter(LocationRewriter? location, CookieRewriter? cookies)
    {
        _location = location;
        _cookies = cookies;
    }

    /// <summary>Makes it ready; null when the route rewrites neither.</summary>
    public static ResponseRewriter? Create(RoutePlan plan)
    {
        LocationRewriter? location = plan.RewriteLocation is null ? null : new LocationRewriter(plan.RewriteLocation, plan.Rewrite);
        CookieRewriter? cookies = plan.RewriteCookies is null ? null : new CookieRewriter(plan.RewriteCookies);
        return location is null && cookies is null ? null : new ResponseRewriter(location, cookies);
    }

    /// <summary>Writes the fields of the server's response, less those that are dropped.</summary>
    public void AppendFields(ref HeadWriter writer, Exchange exchange, FieldFlags drop, ulong dropKnownMask, HeaderEdits? edits)
    {
        FieldTable fields = exchange.Response.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            bool isKept = edits is not null ? edits.IsKept(fields, i, drop, dropKnownMask)
                : (fields[i].Flags & drop) == 0 && (dropKnownMask & KnownFields.MaskOf(fields[i].Known)) == 0;
            if (isKept)
            {
                AppendField(ref writer, exchange, fields, i);
            }
        }
    }

    private void AppendField(ref HeadWriter writer, Exchange exchange, FieldTable fields, int index)
    {
        ReadOnlySpan<byte> name = fields.Name(index);
        ReadOnlySpan<byte> value = fields.Value(index);
        KnownField known = fields[index].Known;
        bool isLocation = _location is not null && known is KnownField.Location or KnownField.ContentLocation;
        bool isRefresh = _location is not null && known == KnownField.Other && Ascii.EqualsIgnoreCase(name, "refresh"u8);
        bool isCookie = _cookies is not null && known == KnownField.SetCookie;
        if (!(isLocation || isRefresh || isCookie))
        {
            writer.AppendField(name, value);
            return;
        }

        writer.Append(name);
        writer.Append(": "u8);
        if (isCookie)
        {
            _cookies!.Append(ref writer, value);
        }
        else if (isRefresh)
        {
            _location!.AppendRefresh(ref writer, exchange, value);
        }
        else
        {
            _location!.Append(ref writer, exchange, value);
        }

        writer.Append("\r\n"u8);
    }
}
