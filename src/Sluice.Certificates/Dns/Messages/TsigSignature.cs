using System.Buffers.Binary;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>The data of a signature's record (RFC 8945, section 4.2).</summary>
/// <param name="Algorithm">The algorithm's name.</param>
/// <param name="Time">When it was made: seconds since 1970.</param>
/// <param name="FudgeSeconds">By how much clocks may differ.</param>
/// <param name="Code">The code that authenticates the message; empty where a server could not make one.</param>
/// <param name="OriginalId">The message's number when it was signed.</param>
/// <param name="Error">What the server finds wrong with the request's signature; 0 if nothing.</param>
/// <param name="Other">With <see cref="DnsResponseCode.BadTime"/> the server's time.</param>
internal sealed record TsigSignature(DnsName Algorithm, long Time, ushort FudgeSeconds, byte[] Code, ushort OriginalId, DnsResponseCode Error, byte[] Other)
{
    // Time, fudge and length of the code; number, error and length of the rest.
    private const int FixedBytesBefore = 10;
    private const int FixedBytesAfter = 6;

    /// <summary>Reads it out of a record; null if it is broken.</summary>
    internal static TsigSignature? Read(DnsRecord record)
    {
        ReadOnlySpan<byte> data = record.Data;
        int nameLength = DnsReader.ReadPlainName(data, out DnsName algorithm);
        if (nameLength == 0 || record.Class != DnsClass.Any || record.Ttl != 0 || data.Length < nameLength + FixedBytesBefore + FixedBytesAfter)
        {
            return null;
        }

        data = data[nameLength..];
        long time = ((long)BinaryPrimitives.ReadUInt16BigEndian(data) << 32) | BinaryPrimitives.ReadUInt32BigEndian(data[2..]);
        ushort fudge = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        int codeLength = BinaryPrimitives.ReadUInt16BigEndian(data[8..]);
        if (data.Length < FixedBytesBefore + codeLength + FixedBytesAfter)
        {
            return null;
        }

        byte[] code = data.Slice(FixedBytesBefore, codeLength).ToArray();
        ReadOnlySpan<byte> rest = data[(FixedBytesBefore + codeLength)..];
        int otherLength = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
        return rest.Length != FixedBytesAfter + otherLength
            ? null
            : new TsigSignature(
                algorithm,
                time,
                fudge,
                code,
                BinaryPrimitives.ReadUInt16BigEndian(rest),
                (DnsResponseCode)BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
                rest[FixedBytesAfter..].ToArray());
    }

    /// <summary>Makes a record of it.</summary>
    internal DnsRecord ToRecord(DnsName key)
    {
        var writer = new DnsWriter();
        writer.WriteName(Algorithm);
        writer.Write48(Time);
        writer.Write16(FudgeSeconds);
        writer.Write16((ushort)Code.Length);
        writer.WriteBytes(Code);
        writer.Write16(OriginalId);
        writer.Write16((ushort)Error);
        writer.Write16((ushort)Other.Length);
        writer.WriteBytes(Other);
        return new DnsRecord(key, DnsType.Tsig, DnsClass.Any, 0, writer.ToArray());
    }

    /// <summary>What is authenticated besides the message (section 4.3.3).</summary>
    internal void WriteVariables(DnsWriter writer, DnsName key)
    {
        writer.WriteName(key);
        writer.Write16((ushort)DnsClass.Any);
        writer.Write32(0);
        writer.WriteName(Algorithm);
        writer.Write48(Time);
        writer.Write16(FudgeSeconds);
        writer.Write16((ushort)Error);
        writer.Write16((ushort)Other.Length);
        writer.WriteBytes(Other);
    }
}
