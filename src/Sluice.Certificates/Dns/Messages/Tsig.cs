using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>Signs requests and verifies responses (RFC 8945, section 5). Any thread.</summary>
internal static class Tsig
{
    // "The RECOMMENDED value" (RFC 8945, section 10).
    private const ushort FudgeSeconds = 300;
    private const int CountOfAdditionalsOffset = 10;

    /// <summary>Appends a signature to a request.</summary>
    /// <param name="request">A whole message without a signature.</param>
    /// <param name="key">The key.</param>
    /// <param name="now">The time.</param>
    /// <param name="code">What the response's signature builds on.</param>
    internal static byte[] Sign(byte[] request, TsigKey key, DateTimeOffset now, out byte[] code)
    {
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(request);
        var signature = new TsigSignature(key.AlgorithmName, now.ToUnixTimeSeconds(), FudgeSeconds, [], id, DnsResponseCode.Ok, []);
        code = key.Compute(BytesToSign([], request, signature, key.Name));

        var writer = new DnsWriter();
        writer.WriteBytes(request);
        writer.WriteRecord((signature with { Code = code }).ToRecord(key.Name));
        byte[] signed = writer.ToArray();
        AddToCount(signed, 1);
        return signed;
    }

    /// <summary>Says what is wrong with the signature of a response, or with that of the request as the server saw it.</summary>
    /// <param name="bytes">The response as it came.</param>
    /// <param name="response">The same, read.</param>
    /// <param name="key">The key that the request was signed with.</param>
    /// <param name="requestCode">The code of the request's signature.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when it is good.</returns>
    internal static string? FindProblem(byte[] bytes, DnsMessage response, TsigKey key, byte[] requestCode, DateTimeOffset now)
    {
        if (response.Signature is not { } record || TsigSignature.Read(record) is not { } signature)
        {
            return $"the response has no valid signature{(response.ResponseCode == DnsResponseCode.Ok ? "" : $" ({DnsResponseText.Of(response.ResponseCode)})")}";
        }

        // Without the key a server can't sign: this is as far as it gets, and nobody gains by forging it.
        if (signature.Error is DnsResponseCode.BadKey or DnsResponseCode.BadSignature or DnsResponseCode.BadTruncation)
        {
            return DnsResponseText.Of(signature.Error);
        }

        if (!record.Name.Equals(key.Name) || !signature.Algorithm.Equals(key.AlgorithmName))
        {
            return "the response is signed with another key";
        }

        byte[] unsigned = bytes[..response.SignatureOffset];
        AddToCount(unsigned, -1);
        BinaryPrimitives.WriteUInt16BigEndian(unsigned, signature.OriginalId);
        byte[] expected = key.Compute(BytesToSign(requestCode, unsigned, signature, key.Name));

        // Codes cut short (section 5.2.2.1) are not asked for, so they aren't taken either.
        if (!CryptographicOperations.FixedTimeEquals(expected, signature.Code))
        {
            return "the signature of the response is wrong";
        }

        if (signature.Error != DnsResponseCode.Ok)
        {
            return DnsResponseText.Of(signature.Error);
        }

        long difference = Math.Abs(now.ToUnixTimeSeconds() - signature.Time);
        return difference > signature.FudgeSeconds ? $"the response was signed {difference} s from now: one of the clocks is wrong" : null;
    }

    private static byte[] BytesToSign(byte[] requestCode, byte[] message, TsigSignature signature, DnsName key)
    {
        var writer = new DnsWriter();
        if (requestCode.Length > 0)
        {
            writer.Write16((ushort)requestCode.Length);
            writer.WriteBytes(requestCode);
        }

        writer.WriteBytes(message);
        signature.WriteVariables(writer, key);
        return writer.ToArray();
    }

    private static void AddToCount(byte[] message, int change)
    {
        Span<byte> count = message.AsSpan(CountOfAdditionalsOffset, 2);
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(count) + change));
    }
}
