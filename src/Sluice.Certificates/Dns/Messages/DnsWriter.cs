using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>Writes messages and parts of them, names never compressed. Not shared between threads.</summary>
internal sealed class DnsWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>A whole message without a signature.</summary>
    internal static byte[] Write(DnsMessage message)
    {
        var writer = new DnsWriter();
        writer.Write16(message.Id);
        writer.Write16(FlagsOf(message));
        writer.Write16((ushort)(message.Question is null ? 0 : 1));
        writer.Write16((ushort)message.Answers.Count);
        writer.Write16((ushort)message.Authorities.Count);
        writer.Write16((ushort)message.Additionals.Count);
        if (message.Question is { } question)
        {
            writer.WriteName(question.Name);
            writer.Write16((ushort)question.Type);
            writer.Write16((ushort)DnsClass.Internet);
        }

        foreach (DnsRecord record in message.Answers.Concat(message.Authorities).Concat(message.Additionals))
        {
            writer.WriteRecord(record);
        }

        return writer.ToArray();
    }

    /// <summary>What was written.</summary>
    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>Writes bytes as they are.</summary>
    internal void WriteBytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>Writes 16 bits.</summary>
    internal void Write16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    /// <summary>Writes 32 bits.</summary>
    internal void Write32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    /// <summary>Writes the lowest 48 bits, as times of signatures are written (RFC 8945, section 4.2).</summary>
    internal void Write48(long value)
    {
        Write16((ushort)(value >> 32));
        Write32((uint)value);
    }

    /// <summary>Writes a name.</summary>
    internal void WriteName(DnsName name)
    {
        foreach (string label in name.Labels)
        {
            WriteBytes([(byte)label.Length]);
            _bytes.Write(Encoding.Latin1.GetBytes(label));
        }

        WriteBytes([0]);
    }

    /// <summary>Writes a record.</summary>
    internal void WriteRecord(DnsRecord record)
    {
        WriteName(record.Name);
        Write16((ushort)record.Type);
        Write16((ushort)record.Class);
        Write32(record.Ttl);
        Write16((ushort)record.Data.Length);
        WriteBytes(record.Data);
    }

    private static ushort FlagsOf(DnsMessage message) =>
        (ushort)((message.IsResponse ? 0x8000 : 0)
            | ((int)message.Opcode << 11)
            | (message.IsAuthoritative ? 0x0400 : 0)
            | (message.IsTruncated ? 0x0200 : 0)
            | (message.IsRecursionDesired ? 0x0100 : 0)
            | ((int)message.ResponseCode & 0xf));
}
