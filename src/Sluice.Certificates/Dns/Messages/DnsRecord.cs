using System.Net;
using System.Text;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>A record.</summary>
/// <param name="Name">Its owner.</param>
/// <param name="Type">Its type; any number may come from a server.</param>
/// <param name="Class">Its class.</param>
/// <param name="Ttl">Seconds for which it may be kept.</param>
/// <param name="Data">Its data as in the message.</param>
internal sealed record DnsRecord(DnsName Name, DnsType Type, DnsClass Class, uint Ttl, byte[] Data)
{
    /// <summary>The name in the data of NS and CNAME, which may be compressed there; null for other types.</summary>
    internal DnsName? Target { get; init; }

    /// <summary>The address in the data of A and AAAA; null for other types.</summary>
    internal IPAddress? Address => (Type, Data.Length) is (DnsType.A, 4) or (DnsType.Aaaa, 16) ? new IPAddress(Data) : null;

    /// <summary>The strings in the data of TXT, joined (RFC 1035, section 3.3.14); null for other types and for data that is broken.</summary>
    internal string? Text => Type == DnsType.Txt ? ReadText(Data) : null;

    /// <summary>Makes a TXT record.</summary>
    internal static DnsRecord OfText(DnsName name, DnsClass @class, uint ttl, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var data = new List<byte>();
        foreach (byte[] part in bytes.Chunk(byte.MaxValue).DefaultIfEmpty([]))
        {
            data.Add((byte)part.Length);
            data.AddRange(part);
        }

        return new DnsRecord(name, DnsType.Txt, @class, ttl, [.. data]);
    }

    private static string? ReadText(byte[] data)
    {
        var text = new StringBuilder();
        for (int at = 0; at < data.Length; at += 1 + data[at])
        {
            if (at + 1 + data[at] > data.Length)
            {
                return null;
            }

            text.Append(Encoding.UTF8.GetString(data, at + 1, data[at]));
        }

        return text.ToString();
    }
}
