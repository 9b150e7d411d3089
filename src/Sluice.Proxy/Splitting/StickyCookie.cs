using System.Security.Cryptography;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Splitting;

/// <summary>The cookie in which a client keeps the upstream that was drawn for it. Immutable.</summary>
/// <remarks>
/// Its value is a hash of the upstream's name: it says nothing about names, stays the same when weights change or the program restarts, and is only
/// ever compared with those of the route's own upstreams, so that a forged one can't lead anywhere else.
/// </remarks>
internal sealed class StickyCookie
{
    private const int IdBytes = 8;

    private readonly byte[] _name;
    private readonly byte[][] _values;
    private readonly byte[][] _lines;

    /// <summary>Prepares the cookie.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="upstreams">The names of the upstreams in UTF-8.</param>
    public StickyCookie(StickyCookiePlan plan, IReadOnlyList<byte[]> upstreams)
    {
        _name = Encoding.ASCII.GetBytes(plan.Name);
        _values = [.. upstreams.Select(ValueOf)];
        _lines = [.. _values.Select(value => LineOf(plan, value))];
    }

    /// <summary>The number of the upstream that a request's cookie names; -1 when there is no cookie, or one that is none of ours.</summary>
    public int Find(FieldTable fields)
    {
        ReadOnlySpan<byte> value = CookieValue.Find(fields, _name);
        for (int i = 0; i < _values.Length; i++)
        {
            if (value.SequenceEqual(_values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The <c>Set-Cookie</c> line of an upstream, with its line end.</summary>
    public byte[] SetLine(int index) => _lines[index];

    private static byte[] ValueOf(byte[] upstream)
    {
        byte[] hash = SHA256.HashData([.. "sluice split "u8, .. upstream]);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.AsSpan(0, IdBytes)));
    }

    // RFC 6265, section 4.1.
    private static byte[] LineOf(StickyCookiePlan plan, byte[] value)
    {
        string age = plan.MaxAgeSeconds > 0 ? $"; Max-Age={plan.MaxAgeSeconds}" : "";
        string flags = (plan.Secure ? "; Secure" : "") + (plan.HttpOnly ? "; HttpOnly" : "");
        return Encoding.ASCII.GetBytes(
            $"Set-Cookie: {plan.Name}={Encoding.ASCII.GetString(value)}; Path={plan.Path}{age}{flags}; SameSite={plan.SameSite}\r\n");
    }
}
