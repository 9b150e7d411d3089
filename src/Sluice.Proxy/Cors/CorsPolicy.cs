using System.Buffers;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Cors;

/// <summary>
/// Says to browsers which pages of other origins may use a route (the Fetch standard, section 3.2): answers preflights, and writes the headers of
/// responses while their heads are written. What servers say of it themselves is replaced. Immutable; allocates nothing per request.
/// </summary>
internal sealed class CorsPolicy
{
    // What browsers ask for in a preflight is a list of names; a longer one than any of theirs is not answered.
    private const int RequestedHeadersBytesMax = 4096;

    private static readonly SearchValues<byte> ListBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz, \t"u8);

    private readonly OriginSet _origins;
    private readonly bool _anyOrigin;
    private readonly bool _anyHeader;
    private readonly bool _privateNetwork;
    private readonly byte[] _credentials;
    private readonly byte[] _expose;
    private readonly PreparedResponse _allowed;
    private readonly PreparedResponse _refused;

    public CorsPolicy(CorsPlan plan)
    {
        _origins = new OriginSet(plan.Origins);
        _anyOrigin = plan.AnyOrigin;
        _anyHeader = plan.AnyHeader;
        _privateNetwork = plan.PrivateNetwork;
        _credentials = plan.Credentials ? [.. "Access-Control-Allow-Credentials: true\r\n"u8] : [];
        _expose = plan.Expose.Count == 0 ? [] : Encoding.ASCII.GetBytes($"Access-Control-Expose-Headers: {string.Join(", ", plan.Expose)}\r\n");
        _refused = PreparedResponse.Create(new RespondAction(204, [Vary()], []));
        _allowed = PreparedResponse.Create(new RespondAction(204, [.. PreflightFields(plan), Vary()], []));
    }

    /// <summary>Whether responses depend on the origin that asks.</summary>
    public bool VariesByOrigin => !_anyOrigin;

    /// <summary>Whether a request asks what another one may be (the Fetch standard, section 4.8).</summary>
    public static bool IsPreflight(RequestHead request) =>
        request is { Method: RequestMethod.Options, IsAsteriskForm: false }
        && request.Fields.Contains(KnownField.Origin)
        && request.Fields.IndexOf("access-control-request-method"u8) >= 0;

    /// <summary>The answer to a preflight. One from an origin that may not gets the same status without permission, which is what browsers go by.</summary>
    public PreparedResponse PreflightResponseTo(RequestHead request) => Allows(request) ? _allowed : _refused;

    /// <summary>A fixed response without what it says of it itself.</summary>
    public static RespondAction Without(RespondAction action) => action with
    {
        Fields = [.. action.Fields.Where(field => !field.Key.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase))],
    };

    /// <summary>Marks what a server's response says of it, so that it is left out.</summary>
    /// <param name="fields">The fields of the response.</param>
    public void MarkReplaced(FieldTable fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            ref readonly Field field = ref fields[i];
            bool isVary = field.Known == KnownField.Vary && !_anyOrigin;
            if (isVary || (field.Known == KnownField.Other && IsAccessControl(fields.Name(i))))
            {
                fields.SetFlags(i, field.Flags | FieldFlags.Replaced);
            }
        }
    }

    /// <summary>Writes the permissions of a response; that it depends on the origin is for the caller to say.</summary>
    public void AppendTo(ref HeadWriter writer, RequestHead request) => AppendPermission(ref writer, request);

    /// <summary>Writes the permissions of a preflight's answer that depend on what it asks.</summary>
    public void AppendToPreflight(ref HeadWriter writer, RequestHead request)
    {
        if (!AppendPermission(ref writer, request, withExpose: false))
        {
            return;
        }

        if (_anyHeader)
        {
            AppendRequestedHeaders(ref writer, request.Fields);
        }

        int index = _privateNetwork ? request.Fields.IndexOf("access-control-request-private-network"u8) : -1;
        if (index >= 0 && request.Fields.Value(index).SequenceEqual("true"u8))
        {
            writer.Append("Access-Control-Allow-Private-Network: true\r\n"u8);
        }
    }

    private static KeyValuePair<string, string> Vary() =>
        new("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");

    private static IEnumerable<KeyValuePair<string, string>> PreflightFields(CorsPlan plan)
    {
        yield return new("Access-Control-Allow-Methods", string.Join(", ", plan.Methods));
        if (!plan.AnyHeader && plan.Headers.Count > 0)
        {
            yield return new("Access-Control-Allow-Headers", string.Join(", ", plan.Headers));
        }

        if (plan.MaxAgeSeconds >= 0)
        {
            yield return new("Access-Control-Max-Age", $"{plan.MaxAgeSeconds}");
        }
    }

    private static bool IsAccessControl(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> prefix = "access-control-"u8;
        return name.Length > prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix);
    }

    // Several lines of one header are one list (RFC 9110, section 5.3). Anything but names is not repeated.
    private static void AppendRequestedHeaders(ref HeadWriter writer, FieldTable fields)
    {
        int start = writer.Length;
        int count = 0;
        writer.Append("Access-Control-Allow-Headers: "u8);
        int valueStart = writer.Length;
        ReadOnlySpan<byte> name = "access-control-request-headers"u8;
        for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
        {
            ReadOnlySpan<byte> names = fields.Value(i);
            writer.Append(count++ > 0 ? ", "u8 : default);
            writer.Append(names);
            if (names.ContainsAnyExcept(ListBytes) || writer.Length - valueStart > RequestedHeadersBytesMax)
            {
                writer.Truncate(start);
                return;
            }
        }

        if (count == 0)
        {
            writer.Truncate(start);
            return;
        }

        writer.Append("\r\n"u8);
    }

    private bool Allows(RequestHead request) => _anyOrigin || (request.Fields.TryGet(KnownField.Origin, out ReadOnlySpan<byte> origin) && _origins.Contains(origin));

    // An answer to everyone is the same for everyone, also without an origin: then it can be cached for all.
    private bool AppendPermission(ref HeadWriter writer, RequestHead request, bool withExpose = true)
    {
        if (!Allows(request))
        {
            return false;
        }

        request.Fields.TryGet(KnownField.Origin, out ReadOnlySpan<byte> origin);
        writer.AppendField("Access-Control-Allow-Origin"u8, _anyOrigin ? "*"u8 : origin);
        writer.Append(_credentials);
        writer.Append(withExpose ? _expose : default);
        return true;
    }
}
