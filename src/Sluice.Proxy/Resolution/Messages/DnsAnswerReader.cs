using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Sluice.Proxy.Resolution.Messages;

/// <summary>
/// Reads answers strictly: every length is checked, and a compressed name points only backwards (RFC 1035, section 4.1.4), so that reading ends. Anything
/// may come from the network; nothing of it throws.
/// </summary>
internal ref struct DnsAnswerReader
{
    private const int HeaderBytes = 12;
    private const int LabelBytesMax = 63;
    private const int NameBytesMax = 255;
    private const int InternetClass = 1;
    private readonly ReadOnlySpan<byte> _message;
    private int _at;
    private bool _isBroken;

    private DnsAnswerReader(ReadOnlySpan<byte> message)
    {
        _message = message;
        _at = HeaderBytes;
    }

    /// <summary>Reads the answer to a question.</summary>
    /// <param name="message">A datagram, or a message over TCP.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="id">As it was asked.</param>
    /// <returns>Null for anything that isn't the answer to that question, or broken.</returns>
    internal static DnsAnswer? Read(ReadOnlySpan<byte> message, DnsQuestion question, ushort id)
    {
        if (message.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(message) != id)
        {
            return null;
        }

        // QR has to be set, and the opcode that of a question.
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & 0xf800) != 0x8000 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
        {
            return null;
        }

        var reader = new DnsAnswerReader(message);
        if (!reader.HasQuestion(question))
        {
            return null;
        }

        var code = (AnswerCode)(flags & 0xf);
        if ((flags & 0x0200) != 0)
        {
            return new DnsAnswer(code, IsTruncated: true, []);
        }

        List<DnsRecord> records = reader.ReadRecords(BinaryPrimitives.ReadUInt16BigEndian(message[6..]));
        return reader._isBroken ? null : new DnsAnswer(code, IsTruncated: false, records);
    }

    private bool HasQuestion(DnsQuestion question)
    {
        string name = ReadName();
        int type = Read16();
        int @class = Read16();
        return !_isBroken && type == (int)question.Type && @class == InternetClass && name.Equals(question.Name, StringComparison.OrdinalIgnoreCase);
    }

    private List<DnsRecord> ReadRecords(int count)
    {
        // Not allocated for the count that the message claims, which has nothing to do with its length.
        var records = new List<DnsRecord>();
        for (int read = 0; read < count && !_isBroken; read++)
        {
            if (ReadRecord() is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private DnsRecord? ReadRecord()
    {
        string name = ReadName();
        var type = (RecordType)Read16();
        int @class = Read16();
        uint ttl = ((uint)Read16() << 16) | Read16();
        int length = Read16();
        int end = _at + length;
        if (_isBroken || end > _message.Length)
        {
            _isBroken = true;
            return null;
        }

        // "If the most significant bit is set, treat as zero" (RFC 2181, section 8).
        var record = new DnsRecord(name, type, ttl > int.MaxValue ? 0 : ttl);
        DnsRecord? read = @class == InternetClass ? ReadData(record, length) : null;
        _isBroken |= read is not null && _at != end;
        _at = end;
        return read;
    }

    private DnsRecord? ReadData(DnsRecord record, int length)
    {
        switch (record.Type)
        {
            case RecordType.A when length == 4:
            case RecordType.Aaaa when length == 16:
                var address = new IPAddress(_message.Slice(_at, length));
                _at += length;
                return record with { Address = address };
            case RecordType.Cname:
                return record with { Target = ReadName() };
            case RecordType.Srv:
                return record with { Priority = Read16(), Weight = Read16(), Port = Read16(), Target = ReadName() };
            case RecordType.A or RecordType.Aaaa:
                _isBroken = true;
                return null;
            default:
                return null;
        }
    }

    // Empty for the root, and for one with bytes in it that no host's name has.
    private string ReadName()
    {
        var name = new StringBuilder();
        bool isPlain = true;
        int at = _at;
        int after = -1;
        int lowest = _at;
        int total = 1;
        while (!_isBroken)
        {
            int length = at < _message.Length ? _message[at] : -1;
            if (length == 0)
            {
                _at = after >= 0 ? after : at + 1;
                return isPlain ? name.ToString() : "";
            }

            if (length >= 0xc0 && at + 1 < _message.Length)
            {
                // Only to what stands before everything read so far: each step goes down, so there is no loop.
                after = after >= 0 ? after : at + 2;
                at = BinaryPrimitives.ReadUInt16BigEndian(_message[at..]) & 0x3fff;
                _isBroken = at >= lowest || at < HeaderBytes;
                lowest = at;
                continue;
            }

            total += length + 1;
            _isBroken = length is < 0 or > LabelBytesMax || at + 1 + length > _message.Length || total > NameBytesMax;
            if (!_isBroken)
            {
                string label = Encoding.Latin1.GetString(_message.Slice(at + 1, length));
                isPlain &= label.All(DnsQuestion.IsPlain);
                name.Append(name.Length > 0 ? "." : "").Append(label);
                at += length + 1;
            }
        }

        return "";
    }

    private ushort Read16()
    {
        if (_isBroken || _at + 2 > _message.Length)
        {
            _isBroken = true;
            return 0;
        }

        ushort value = BinaryPrimitives.ReadUInt16BigEndian(_message[_at..]);
        _at += 2;
        return value;
    }
}
