using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Compression;

namespace Sluice.Proxy.Compression;

/// <summary>
/// A fixed response of a route in the encodings that clients are offered: compressed when the configuration is compiled, and never again (RFC 9110, sections 8.4, 8.8.3.3 and 12.5.3).
/// Immutable.
/// </summary>
/// <remarks>Nothing of a request gets into it, so there is nothing to be padded against guessing; <see cref="BreachPolicy.Skip"/> is taken at its word.</remarks>
internal sealed class PreparedEncodings
{
    private static readonly string[] Checksums = ["content-md5", "digest", "content-digest", "repr-digest"];

    private readonly CompressionPolicy _policy;
    private readonly PreparedResponse?[] _byCoding = new PreparedResponse?[ContentCodings.Count];

    private PreparedEncodings(CompressionPolicy policy, RespondAction action)
    {
        _policy = policy;
        foreach (ContentCoding coding in policy.Offered)
        {
            if (Encode(action.Body.ToArray(), coding, policy.LevelOf(coding)) is { } body)
            {
                _byCoding[(int)coding] = PreparedResponse.Create(new RespondAction(action.Status, [.. FieldsOf(action, coding)], [.. body]), policy: null, variesByEncoding: true);
            }
        }
    }

    /// <summary>Makes the encodings of a response; null where it is never compressed.</summary>
    public static PreparedEncodings? Create(RespondAction action, CompressionPolicy? policy) =>
        policy?.Plan is { } plan && IsWorthIt(action, plan) && HasType(action, policy) && !IsUntouchable(action) ? new PreparedEncodings(policy, action) : null;

    /// <summary>The encoding that the client of a request wants most; null for the content as it is.</summary>
    public PreparedResponse? Choose(Exchange exchange)
    {
        FieldTable request = exchange.Request.Fields;
        bool isUntouchable = !exchange.Client.SupportsChunked
            || CacheDirectives.Has(request, CacheDirectives.NoTransform)
            || (_policy.Plan!.Breach == BreachPolicy.Skip && ResponseCompression.HasCredentials(request));
        return isUntouchable ? null : _byCoding[(int)AcceptEncoding.Read(request).Choose(_policy.Offered)];
    }

    private static bool IsWorthIt(RespondAction action, CompressionPlan plan) =>
        action.Body.Count >= Math.Max(plan.BytesMin, 1) && action.Status is not (204 or 205 or 206 or 226 or 304);

    private static bool HasType(RespondAction action, CompressionPolicy policy) =>
        action.Fields.Any(field => Is(field.Key, "content-type") && policy.Types.Contains(Encoding.UTF8.GetBytes(field.Value)));

    private static bool IsUntouchable(RespondAction action) => action.Fields.Any(field =>
        Is(field.Key, "content-encoding") || Is(field.Key, "content-range")
        || (Is(field.Key, "cache-control") && CacheDirectives.Contains(Encoding.UTF8.GetBytes(field.Value), CacheDirectives.NoTransform)));

    private static bool Is(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    // Null where nothing is gained.
    private static byte[]? Encode(byte[] body, ContentCoding coding, int level)
    {
        StreamEncoder encoder = CodecPool.CreateEncoder(coding);
        byte[] room = new byte[Math.Max(body.Length, StreamEncoder.RoomMin)];
        int written = 0;
        bool isWhole = encoder.TryBegin(new EncoderSettings(level, body.Length, PaddingBytes: 0))
            && encoder.Encode(body, EncodeOperation.Finish, room, out _, out written) == EncodeStatus.Done;
        encoder.End();
        encoder.Free();
        return isWhole && written < body.Length ? room[..written] : null;
    }

    // What is true of the encoded content: as ResponseCompression writes it.
    private static KeyValuePair<string, string>[] FieldsOf(RespondAction action, ContentCoding coding)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (KeyValuePair<string, string> field in action.Fields)
        {
            if (Is(field.Key, "etag"))
            {
                AddTag(fields, field);
            }
            else if (!Is(field.Key, "accept-ranges") && !Checksums.Contains(field.Key, StringComparer.OrdinalIgnoreCase))
            {
                fields.Add(field);
            }
        }

        fields.Add(new("content-encoding", Encoding.ASCII.GetString(ContentCodings.NameOf(coding))));
        return [.. fields];
    }

    private static void AddTag(List<KeyValuePair<string, string>> fields, KeyValuePair<string, string> field)
    {
        byte[] tag = Encoding.UTF8.GetBytes(field.Value);
        if (EntityTag.IsValid(tag))
        {
            fields.Add(EntityTag.IsWeak(tag) ? field : new(field.Key, "W/" + field.Value));
        }
    }
}
