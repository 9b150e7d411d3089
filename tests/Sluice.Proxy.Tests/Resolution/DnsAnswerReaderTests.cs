using System.Net;
using Sluice.Proxy.Resolution.Messages;
using Sluice.TestKit.Dns;
using Xunit;

namespace Sluice.Proxy.Tests.Resolution;

/// <summary>Answers of name servers, good and broken.</summary>
public sealed class DnsAnswerReaderTests
{
    private const ushort Id = 0x1234;

    private static readonly DnsQuestion Question = new("app.example.test", RecordType.A);

    private static readonly DnsScript Script = DnsScript.To(Question.Write(Id), isTcp: false) with { Ttl = 300 };

    [Fact]
    public void Question_Written_AsksForNameTypeAndClass()
    {
        byte[] message = new DnsQuestion("a.bc", RecordType.Srv).Write(Id);

        Assert.Equal([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 2, (byte)'b', (byte)'c', 0, 0, 33, 0, 1], message);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("_http._tcp.a-b.example", true)]
    [InlineData("", false)]
    [InlineData("a..b", false)]
    [InlineData("a.", false)]
    [InlineData("a b", false)]
    [InlineData("\u00e4.example", false)]
    public void Name_IsChecked(string name, bool isName) => Assert.Equal(isName, DnsQuestion.IsName(name));

    [Fact]
    public void Name_OfTooManyBytes_IsNone()
    {
        Assert.True(DnsQuestion.IsName(new string('a', 63)));
        Assert.False(DnsQuestion.IsName(new string('a', 64)));
        Assert.False(DnsQuestion.IsName(string.Join('.', Enumerable.Repeat("abcdefg", 32))));
    }

    [Fact]
    public void Answer_WithAliasAndAddresses_IsRead()
    {
        byte[] message = (Script.WithAlias("app.example.test", "b.test") with { Name = "app.example.test" }).WithRecord("b.test", 1, [127, 0, 0, 1]).Write();

        DnsAnswer answer = DnsAnswerReader.Read(message, Question, Id)!;

        Assert.Equal((AnswerCode.Ok, false, 2), (answer.Code, answer.IsTruncated, answer.Records.Count));
        Assert.Equal((RecordType.Cname, "b.test", 300u), (answer.Records[0].Type, answer.Records[0].Target, answer.Records[0].TtlSeconds));
        Assert.Equal(("b.test", IPAddress.Loopback), (answer.Records[1].Name, answer.Records[1].Address));
    }

    [Fact]
    public void Answer_WithCompressedNames_IsRead()
    {
        // The owner is the question's name (at 12); the target is "x" and the question's last two labels (at 16).
        byte[] message = [.. Script.Write(), 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, (byte)'x', 0xc0, 16];
        message[7] = 1;

        DnsRecord alias = Assert.Single(DnsAnswerReader.Read(message, Question, Id)!.Records);

        Assert.Equal(("app.example.test", "x.example.test", 60u), (alias.Name, alias.Target, alias.TtlSeconds));
    }

    [Theory]
    [InlineData(0xc0, 0xff)]
    [InlineData(0xc0, 34)]
    [InlineData(0xc0, 0)]
    [InlineData(0x80, 12)]
    public void Answer_WithAPointerThatLeadsNowhere_IsBroken(byte first, byte second)
    {
        byte[] message = [.. Script.Write(), first, second, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1];
        message[7] = 1;

        Assert.Null(DnsAnswerReader.Read(message, Question, Id));
    }

    [Fact]
    public void Answer_ToAnotherQuestion_IsNone()
    {
        Assert.NotNull(DnsAnswerReader.Read(Script.Write(), Question, Id));
        Assert.Null(DnsAnswerReader.Read(Script.Write(), Question, Id + 1));
        Assert.Null(DnsAnswerReader.Read(Script.Write(), Question with { Type = RecordType.Aaaa }, Id));
        Assert.Null(DnsAnswerReader.Read(Script.Write(), Question with { Name = "b.example.test" }, Id));
        Assert.Null(DnsAnswerReader.Read(Question.Write(Id), Question, Id));
        Assert.NotNull(DnsAnswerReader.Read(Script.Write(), Question with { Name = "APP.example.TEST" }, Id));
    }

    [Fact]
    public void Answer_CutShortAnywhere_IsNone()
    {
        byte[] message = Script.With("127.0.0.1", "127.0.0.2").WithAlias("a.test", "b.test").WithService(1, 2, 3, "c.test").Write();
        Assert.Equal(4, DnsAnswerReader.Read(message, Question, Id)!.Records.Count);

        for (int length = 0; length < message.Length; length++)
        {
            Assert.Null(DnsAnswerReader.Read(message.AsSpan(0, length), Question, Id));
        }
    }

    [Fact]
    public void Answer_WithBytesChangedByChance_NeverThrows()
    {
        byte[] message = Script.With("127.0.0.1").WithAlias("a.test", "b.test").WithService(1, 2, 3, "c.test").Write();
        var random = new Random(6);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] changed = [.. message];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            _ = DnsAnswerReader.Read(changed, Question, Id);
        }
    }

    [Fact]
    public void TimeToLive_WithTheHighestBit_IsZero()
    {
        DnsAnswer answer = DnsAnswerReader.Read((Script with { Ttl = 0x8000_0001 }).With("127.0.0.1").Write(), Question, Id)!;

        Assert.Equal(0u, answer.Records[0].TtlSeconds);
    }

    [Fact]
    public void Name_WithBytesThatNoHostHas_IsEmpty()
    {
        DnsAnswer answer = DnsAnswerReader.Read(Script.WithAlias("app.example.test", "a b.test").Write(), Question, Id)!;

        Assert.Equal("", answer.Records[0].Target);
    }
}
