using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Splitting;

/// <summary>The cookie in which a client keeps what was chosen for it: an upstream of a split, or a server. Immutable.</summary>
/// <remarks>
/// Its value is a hash of the name of what was chosen: it says nothing about names, stays the same when weights change or the program restarts, and is only
/// ever compared with those of the choices there are, so that a forged one can't lead anywhere else. With a secret it is a keyed hash (HMAC, RFC 2104), so
/// that nobody can make the cookie of a choice of theirs either.
/// </remarks>
internal sealed class StickyCookie
{
    private const int IdBytes = 16;

    private readonly byte[] _name;
    private readonly Dictionary<Int128, int> _indexes = [];
    private readonly byte[][] _lines;

    /// <summary>Prepares the cookie.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="choices">The names of what can be chosen, in UTF-8.</param>
    /// <param name="secret">What to sign with; null for nothing.</param>
    public StickyCookie(StickyCookiePlan plan, IReadOnlyList<byte[]> choices, string? secret = null)
    {
        _name = Encoding.ASCII.GetBytes(plan.Name);
        byte[]? key = secret is null ? null : Encoding.UTF8.GetBytes(secret);
        byte[][] ids = [.. choices.Select(choice => IdOf(choice, key))];
        for (int i = 0; i < ids.Length; i++)
        {
            _indexes.TryAdd(BinaryPrimitives.ReadInt128BigEndian(ids[i]), i);
        }

        _lines = [.. ids.Select(id => LineOf(plan, Convert.ToHexStringLower(id)))];
    }

    /// <summary>The number of the choice that a request's cookie names; -1 when there is no cookie, or one that is none of ours.</summary>
    public int Find(FieldTable fields)
    {
        ReadOnlySpan<byte> value = CookieValue.Find(fields, _name);
        Span<byte> id = stackalloc byte[IdBytes];
        bool isId = value.Length == 2 * IdBytes && Convert.FromHexString(value, id, out _, out _) == OperationStatus.Done;
        return isId && _indexes.TryGetValue(BinaryPrimitives.ReadInt128BigEndian(id), out int index) ? index : -1;
    }

    /// <summary>The <c>Set-Cookie</c> line of a choice, with its line end.</summary>
    public byte[] SetLine(int index) => _lines[index];

    private static byte[] IdOf(byte[] choice, byte[]? key)
    {
        byte[] text = [.. "sluice "u8, .. choice];
        byte[] hash = key is null ? SHA256.HashData(text) : HMACSHA256.HashData(key, text);
        return hash[..IdBytes];
    }

    // RFC 6265, section 4.1.
    private static byte[] LineOf(StickyCookiePlan plan, string value)
    {
        string age = plan.MaxAgeSeconds > 0 ? $"; Max-Age={plan.MaxAgeSeconds}" : "";
        string flags = (plan.Secure ? "; Secure" : "") + (plan.HttpOnly ? "; HttpOnly" : "");
        return Encoding.ASCII.GetBytes($"Set-Cookie: {plan.Name}={value}; Path={plan.Path}{age}{flags}; SameSite={plan.SameSite}\r\n");
    }
}
