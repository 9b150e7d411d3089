using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.TestKit.Dns;

/// <summary>An answer of a <see cref="NameServer"/> in the making, and the question that it is for. Immutable.</summary>
public sealed record DnsScript
{
    private const int HeaderBytes = 12;

    /// <summary>The number of the question; another one makes an answer that doesn't match.</summary>
    public required ushort Id { get; init; }

    /// <summary>The name that is asked for.</summary>
    public required string Name { get; init; }

    /// <summary>The number of the type that is asked for: 1 is A, 28 AAAA, 33 SRV.</summary>
    public required int Type { get; init; }

    /// <summary>Whether it came over TCP.</summary>
    public required bool IsTcp { get; init; }

    /// <summary>How it is answered: 2 is SERVFAIL, 3 NXDOMAIN.</summary>
    public int Code { get; init; }

    /// <summary>Whether it says that it was cut off.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The time to live of what is added from here on, in seconds.</summary>
    public uint Ttl { get; init; }

    /// <summary>The records, as they are in the message.</summary>
    public IReadOnlyList<byte[]> Records { get; init; } = [];

    /// <summary>The question in words, such as <c>A app.test</c>.</summary>
    public string Question => $"{Type switch { 1 => "A", 28 => "AAAA", 33 => "SRV", _ => Type.ToString(System.Globalization.CultureInfo.InvariantCulture) }} {Name}";

    /// <summary>An empty answer to a question.</summary>
    public static DnsScript To(ReadOnlySpan<byte> message, bool isTcp)
    {
        var name = new StringBuilder();
        int at = HeaderBytes;
        while (message[at] != 0)
        {
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(at + 1, message[at])));
            at += message[at] + 1;
        }

        return new DnsScript
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Name = name.ToString(),
            Type = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]),
            IsTcp = isTcp,
        };
    }

    /// <summary>With these addresses, as far as they are of the type that is asked for.</summary>
    public DnsScript With(params IEnumerable<string> addresses) =>
        addresses.Select(IPAddress.Parse)
            .Where(address => Type == (address.AddressFamily == AddressFamily.InterNetwork ? 1 : 28))
            .Aggregate(this, (script, address) => script.WithRecord(Name, Type, address.GetAddressBytes()));

    /// <summary>With an alias.</summary>
    public DnsScript WithAlias(string from, string to) => WithRecord(from, 5, Encode(to));

    /// <summary>With an SRV record.</summary>
    public DnsScript WithService(int priority, int weight, int port, string target) =>
        WithRecord(Name, 33, [.. Two(priority), .. Two(weight), .. Two(port), .. Encode(target)]);

    /// <summary>With a record of any type.</summary>
    public DnsScript WithRecord(string name, int type, byte[] data) => this with
    {
        Records = [.. Records, [.. Encode(name), .. Two(type), .. Two(1), .. Two((int)(Ttl >> 16)), .. Two((int)(Ttl & 0xffff)), .. Two(data.Length), .. data]],
    };

    /// <summary>The message.</summary>
    public byte[] Write()
    {
        int flags = 0x8180 | (IsTruncated ? 0x0200 : 0) | Code;
        return
        [
            .. Two(Id), .. Two(flags), .. Two(1), .. Two(Records.Count), .. Two(0), .. Two(0),
            .. Encode(Name), .. Two(Type), .. Two(1), .. Records.SelectMany(record => record),
        ];
    }

    private static byte[] Two(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Encode(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
