using System.Buffers.Binary;
using System.Text;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>
/// Reads messages strictly: every length is checked, nothing may follow the last record, and a compressed name points only backwards
/// (RFC 1035, section 4.1.4), so that reading ends. Anything may come from a server; nothing of it throws. Not shared between threads.
/// </summary>
internal ref struct DnsReader
{
    private const int HeaderBytes = 12;
    private readonly ReadOnlySpan<byte> _message;
    private int _at;
    private string? _problem;

    private DnsReader(ReadOnlySpan<byte> message)
    {
        _message = message;
        _at = 0;
        _problem = null;
    }

    /// <summary>Reads a whole message.</summary>
    /// <param name="bytes">At most 65,535 bytes: more don't fit one message over TCP.</param>
    /// <param name="problem">Why it isn't one.</param>
    /// <returns>Null if it isn't one.</returns>
    internal static DnsMessage? Read(ReadOnlySpan<byte> bytes, out string problem)
    {
        var reader = new DnsReader(bytes);
        DnsMessage? message = reader.ReadMessage();
        problem = reader._problem ?? "";
        return reader._problem is null ? message : null;
    }

    /// <summary>Reads a name that is not compressed from the beginning of some data, such as a signature's algorithm.</summary>
    /// <returns>The bytes of it; 0 if there is none.</returns>
    internal static int ReadPlainName(ReadOnlySpan<byte> data, out DnsName name)
    {
        var reader = new DnsReader(data);
        name = reader.ReadName(mayPoint: false);
        return reader._problem is null ? reader._at : 0;
    }

    private DnsMessage? ReadMessage()
    {
        if (_message.Length is < HeaderBytes or > ushort.MaxValue)
        {
            return Refuse("its length is not that of a message");
        }

        ushort id = Read16();
        ushort flags = Read16();
        ushort questions = Read16();
        ushort answers = Read16();
        ushort authorities = Read16();
        ushort additionals = Read16();
        if (questions > 1)
        {
            return Refuse("it has more than one question");
        }

        DnsQuestion? question = questions == 1 ? ReadQuestion() : null;
        List<DnsRecord> answer = ReadRecords(answers);
        List<DnsRecord> authority = ReadRecords(authorities);
        List<DnsRecord> additional = ReadAdditionals(additionals, out DnsRecord? signature, out int signatureOffset);
        if (_problem is null && _at != _message.Length)
        {
            return Refuse("something follows its last record");
        }

        if (answer.Concat(authority).Concat(additional).Any(record => record.Type == DnsType.Tsig))
        {
            return Refuse("it has a signature that is not at its end");
        }

        return new DnsMessage
        {
            Id = id,
            IsResponse = (flags & 0x8000) != 0,
            Opcode = (DnsOpcode)((flags >> 11) & 0xf),
            IsAuthoritative = (flags & 0x0400) != 0,
            IsTruncated = (flags & 0x0200) != 0,
            IsRecursionDesired = (flags & 0x0100) != 0,
            ResponseCode = (DnsResponseCode)(flags & 0xf),
            Question = question,
            Answers = answer,
            Authorities = authority,
            Additionals = additional,
            Signature = signature,
            SignatureOffset = signatureOffset,
        };
    }

    private DnsQuestion ReadQuestion()
    {
        DnsName name = ReadName(mayPoint: false);
        var question = new DnsQuestion(name, (DnsType)Read16());
        if (_problem is null && Read16() != (ushort)DnsClass.Internet)
        {
            Refuse("its question is of another class");
        }

        return question;
    }

    private List<DnsRecord> ReadRecords(int count)
    {
        // Not allocated for the count that the message claims, which has nothing to do with its length.
        var records = new List<DnsRecord>();
        for (int read = 0; read < count && _problem is null; read++)
        {
            records.Add(ReadRecord());
        }

        return records;
    }

    private List<DnsRecord> ReadAdditionals(int count, out DnsRecord? signature, out int signatureOffset)
    {
        List<DnsRecord> records = ReadRecords(count - 1);
        signature = null;
        signatureOffset = _at;
        if (count == 0 || _problem is not null)
        {
            return records;
        }

        DnsRecord last = ReadRecord();
        if (last.Type == DnsType.Tsig)
        {
            signature = last;
        }
        else
        {
            records.Add(last);
        }

        return records;
    }

    private DnsRecord ReadRecord()
    {
        DnsName name = ReadName(mayPoint: true);
        var type = (DnsType)Read16();
        var @class = (DnsClass)Read16();
        uint ttl = ((uint)Read16() << 16) | Read16();
        int length = Read16();
        int end = _at + length;
        if (_problem is not null || end > _message.Length)
        {
            Refuse("it ends within a record");
            return new DnsRecord(DnsName.Root, type, @class, ttl, []);
        }

        var record = new DnsRecord(name, type, @class, ttl, _message[_at..end].ToArray());
        if (type is DnsType.Ns or DnsType.Cname && length > 0)
        {
            record = record with { Target = ReadName(mayPoint: true) };
            if (_problem is null && _at != end)
            {
                Refuse("a name and its record end at different places");
            }
        }

        _at = end;
        return record;
    }

    private DnsName ReadName(bool mayPoint)
    {
        var labels = new List<string>();
        int total = 1;
        int at = _at;
        int after = -1;
        int lowest = _at;
        while (_problem is null)
        {
            int length = at < _message.Length ? _message[at] : -1;
            if (length == 0)
            {
                _at = after >= 0 ? after : at + 1;
                return DnsName.Of(labels);
            }

            if (length >= 0xc0 && at + 1 < _message.Length && mayPoint)
            {
                // Only to what stands before everything read so far: each step goes down, so there is no loop.
                after = after >= 0 ? after : at + 2;
                at = BinaryPrimitives.ReadUInt16BigEndian(_message[at..]) & 0x3fff;
                if (at >= lowest || at < HeaderBytes)
                {
                    Refuse("a compressed name points to no earlier name");
                }

                lowest = at;
                continue;
            }

            total += length + 1;
            if (length is < 0 or > DnsName.LabelBytesMax || at + 1 + length > _message.Length || total > DnsName.BytesMax)
            {
                Refuse("a name is broken or too long");
                break;
            }

            labels.Add(Encoding.Latin1.GetString(_message.Slice(at + 1, length)));
            at += length + 1;
        }

        return DnsName.Root;
    }

    private ushort Read16()
    {
        if (_problem is not null || _at + 2 > _message.Length)
        {
            Refuse("it ends too early");
            return 0;
        }

        ushort value = BinaryPrimitives.ReadUInt16BigEndian(_message[_at..]);
        _at += 2;
        return value;
    }

    // The first problem is the cause of all others.
    private DnsMessage? Refuse(string problem)
    {
        _problem ??= problem;
        return null;
    }
}
