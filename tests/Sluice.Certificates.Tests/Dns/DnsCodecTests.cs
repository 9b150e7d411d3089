using Sluice.Certificates.Dns.Lookups;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Tests.Dns;

public sealed class DnsCodecTests
{
    private static readonly DnsMessage Sample = new()
    {
        Id = 0x1234,
        IsResponse = true,
        IsAuthoritative = true,
        ResponseCode = DnsResponseCode.NoSuchName,
        Question = new DnsQuestion(Name("a.example.test"), DnsType.Txt),
        Answers = [DnsRecord.OfText(Name("a.example.test"), DnsClass.Internet, 60, "value")],
        Authorities = [new DnsRecord(Name("example.test"), DnsType.Ns, DnsClass.Internet, 60, [2, (byte)'n', (byte)'s', 0])],
        Additionals = [new DnsRecord(Name("ns"), DnsType.A, DnsClass.Internet, 60, [127, 0, 0, 1])],
    };

    [Fact]
    public void Message_WrittenAndRead_IsTheSame()
    {
        DnsMessage? read = DnsReader.Read(DnsWriter.Write(Sample), out string problem);

        Assert.Equal("", problem);
        Assert.NotNull(read);
        Assert.Equal((Sample.Id, Sample.Question, true, true, DnsResponseCode.NoSuchName), (read.Id, read.Question, read.IsResponse, read.IsAuthoritative, read.ResponseCode));
        Assert.Equal("value", Assert.Single(read.Answers).Text);
        Assert.Equal(Name("ns"), Assert.Single(read.Authorities).Target);
        Assert.Equal("127.0.0.1", Assert.Single(read.Additionals).Address?.ToString());
    }

    [Fact]
    public void Message_CutAnywhere_IsRefused()
    {
        byte[] whole = DnsWriter.Write(Sample);

        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(DnsReader.Read(whole.AsSpan(0, length), out string problem));
            Assert.NotEqual("", problem);
        }
    }

    [Fact]
    public void Message_SomethingBehindIt_IsRefused()
    {
        Assert.Null(DnsReader.Read([.. DnsWriter.Write(Sample), 0], out string problem));
        Assert.Equal("something follows its last record", problem);
    }

    [Fact]
    public void Message_AnyByteChanged_IsReadOrRefused()
    {
        byte[] whole = DnsWriter.Write(Sample);
        for (int at = 0; at < whole.Length; at++)
        {
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                byte[] changed = [.. whole];
                changed[at] = (byte)value;
                bool isRead = DnsReader.Read(changed, out string problem) is not null;
                Assert.Equal(isRead, problem.Length == 0);
            }
        }
    }

    [Theory]
    [InlineData(12, "a compressed name points to no earlier name")] // its own record's first byte is at 12: the pointer is there, and points at itself
    [InlineData(13, "a compressed name points to no earlier name")] // forwards
    [InlineData(4, "a compressed name points to no earlier name")] // into the header
    public void Name_PointsElsewhere_IsRefused(int target, string expected)
    {
        byte[] message = [0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, (byte)target, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0];

        Assert.Null(DnsReader.Read(message, out string problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Name_PointsBackwards_IsRead()
    {
        byte[] question = [0, 1, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, (byte)'B', 1, (byte)'a', 0, 0, 5, 0, 1];
        byte[] answer = [1, (byte)'c', 0xc0, 14, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, (byte)'d', 0xc0, 12];

        DnsMessage? read = DnsReader.Read([.. question, .. answer], out string problem);

        Assert.Equal("", problem);
        Assert.Equal(("c.a", "d.b.a"), ($"{read!.Answers[0].Name}", $"{read.Answers[0].Target}"));
    }

    [Fact]
    public void Name_ManyPointersInARow_IsBounded()
    {
        // Each label is followed by a pointer to the one before: 200 labels are more than a name may have.
        var message = new List<byte> { 0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
        var data = new List<byte> { 1, (byte)'a', 0 };
        for (int previous = 12 + 11, count = 0; count < 200; count++)
        {
            int at = 12 + 11 + data.Count;
            data.AddRange([1, (byte)'a', (byte)(0xc0 | (previous >> 8)), (byte)previous]);
            previous = at;
        }

        message.AddRange([0, 0, 16, 0, 1, 0, 0, 0, 0, (byte)(data.Count >> 8), (byte)data.Count]);
        message.AddRange(data);
        int last = message.Count - 4;
        message[7] = 2;
        message.AddRange([(byte)(0xc0 | (last >> 8)), (byte)last, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0]);

        Assert.Null(DnsReader.Read([.. message], out string problem));
        Assert.Equal("a name is broken or too long", problem);
    }

    [Fact]
    public void Signature_NotLast_IsRefused()
    {
        var signature = new DnsRecord(Name("key"), DnsType.Tsig, DnsClass.Any, 0, []);

        Assert.Null(DnsReader.Read(DnsWriter.Write(Sample with { Additionals = [signature, Sample.Additionals[0]] }), out string problem));
        Assert.Equal("it has a signature that is not at its end", problem);
    }

    [Theory]
    [InlineData("Example.TEST.", "example.test")]
    [InlineData("_acme-challenge.a-b.test", "_acme-challenge.a-b.test")]
    [InlineData("*.test", "*.test")]
    public void Name_Plain_IsParsed(string text, string expected)
    {
        Assert.True(DnsName.TryParse(text, out DnsName name));
        Assert.Equal(expected, name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("ä.test")]
    [InlineData("a\0.test")]
    public void Name_NotPlain_IsRefused(string text)
    {
        Assert.False(DnsName.TryParse(text, out _));
        Assert.False(DnsName.TryParse(new string('a', 64) + ".test", out _));
        Assert.False(DnsName.TryParse(string.Join('.', Enumerable.Repeat("aaaaaaa", 32)), out _));
    }

    [Theory]
    [InlineData("a.b.test", "b.test", true)]
    [InlineData("b.test", "b.test", true)]
    [InlineData("ab.test", "b.test", false)]
    [InlineData("test", "b.test", false)]
    public void Name_WithinZone_GoesByLabels(string name, string zone, bool isWithin)
    {
        Assert.Equal(isWithin, Name(name).IsWithin(Name(zone)));
    }

    [Theory]
    [InlineData("ns.example.com", "ns.example.com:53")]
    [InlineData("192.0.2.1:5353", "192.0.2.1:5353")]
    [InlineData("2001:db8::1", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]:54", "[2001:db8::1]:54")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:53")]
    [InlineData("ns:0", null)]
    [InlineData("ns:65536", null)]
    [InlineData("ns:", null)]
    [InlineData("", null)]
    [InlineData("[192.0.2.1]:53", null)]
    [InlineData("a b:53", null)]
    [InlineData("udp://ns", null)]
    public void ServerAddress_Text_IsReadOrRefused(string text, string? expected)
    {
        Assert.Equal(expected, DnsServerAddress.Read(text)?.ToString());
    }

    [Fact]
    public void SystemResolvers_File_GivesItsServers()
    {
        string[] lines = ["# comment", "search example.test", "nameserver 192.0.2.1", "nameserver\t2001:db8::1 # second", "nameserver nonsense"];

        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53"], SystemResolvers.ReadFrom(lines).Select(server => server.ToString()));
    }

    private static DnsName Name(string text) => DnsName.TryParse(text, out DnsName name) ? name : throw new ArgumentException(text, nameof(text));
}
