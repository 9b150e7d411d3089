using Sluice.Http.Addresses;
using Sluice.Http.Forwarded;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using Sluice.TestKit.Measuring;

namespace Sluice.Http.Tests.Http1;

public sealed class SteadyStateTests
{
    private const int RoundCount = 1000;

    [Fact]
    public void Requests_ReadAThousandTimes_AllocateNothing()
    {
        byte[][] messages = [.. Corpus.Requests.Select(Bytes.Of)];
        var head = new RequestHead();
        var reader = new RequestHeadReader(head);
        IpRange[] trusted = [default];
        AssertNoAllocation(round =>
        {
            byte[] message = messages[round % messages.Length];
            reader.Begin(0, Requests.Limits);
            Assert.True(reader.Read(message, message.Length / 2) != ReadStatus.Failed);
            Assert.True(reader.Read(message, message.Length) == ReadStatus.Done);
            Assert.True(ForwardedFor.Find(head.Fields, default, trusted).IsPeerTrusted);
        });
    }

    [Fact]
    public void Requests_RefusedAThousandTimes_AllocateNothing()
    {
        byte[] message = Bytes.Of("GET /%41/../%zz HTTP/1.1\r\nHost: a\r\n\r\n");
        var reader = new RequestHeadReader(new RequestHead());
        AssertNoAllocation(_ =>
        {
            reader.Begin(0, Requests.Limits);
            Assert.True(reader.Read(message, message.Length) == ReadStatus.Failed);
        });
    }

    [Fact]
    public void Responses_ReadAndWrittenAThousandTimes_AllocateNothing()
    {
        byte[][] messages = [.. Corpus.Responses.Select(Bytes.Of)];
        var head = new ResponseHead();
        var reader = new ResponseHeadReader(head);
        byte[] memory = new byte[4096];
        AssertNoAllocation(round =>
        {
            byte[] message = messages[round % messages.Length];
            reader.Begin(0, Requests.Limits, RequestMethod.Get);
            Assert.True(reader.Read(message, message.Length) == ReadStatus.Done);
            var writer = new HeadWriter(memory);
            writer.AppendStatusLine(head.Status, head.Reason);
            writer.AppendFields(head.Fields, FieldFlags.HopByHop, 0);
            writer.AppendNumber(round);
            Assert.True(!writer.Overflowed);
        });
    }

    [Fact]
    public void Content_ReadAThousandTimes_AllocatesNothing()
    {
        byte[][] wires = [.. Corpus.Chunked.Select(Bytes.Of)];
        byte[] buffer = new byte[256];
        var reader = new BodyReader();
        AssertNoAllocation(round =>
        {
            byte[] wire = wires[round % wires.Length];
            wire.CopyTo(buffer, 0);
            reader.Begin(BodyFraming.Chunked, -1, Bodies.TrailerLimits);
            Assert.True(reader.Read(buffer, 0, wire.Length, out int consumed, out _, out _) == ReadStatus.Done);
            Assert.True(consumed == wire.Length);
        });
    }

    /// <summary>10,000 requests one behind the other in a buffer (H1-J): each begins where the one before ended.</summary>
    [Fact]
    public void Requests_Pipelined_AreReadOneByOne()
    {
        const int Count = 10_000;
        const string First = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
        const string Second = "POST /b HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc";
        byte[] bytes = Bytes.Of(string.Concat(Enumerable.Repeat(First + Second, Count / 2)));
        var head = new RequestHead();
        var reader = new RequestHeadReader(head);
        var body = new BodyReader();
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            reader.Begin(at, Requests.Limits);
            Assert.Equal(ReadStatus.Done, reader.Read(bytes, bytes.Length));
            Assert.Equal(i % 2 == 0 ? "/a" : "/b", Bytes.ToText(head.Path));
            Assert.Equal(i % 2 == 0 ? "a" : "b", Bytes.ToText(head.Host));
            Assert.Equal(i % 2 == 0 ? 1 : 2, head.Fields.Count);
            body.Begin(head.Framing, head.ContentLength, Bodies.TrailerLimits);
            Assert.Equal(ReadStatus.Done, body.Read(bytes, reader.HeadEnd, bytes.Length, out int consumed, out _, out _));
            at = reader.HeadEnd + consumed;
        }

        Assert.Equal(bytes.Length, at);
    }

    /// <summary>A request with everything leaves nothing behind for the next one.</summary>
    [Fact]
    public void Head_Reused_RemembersNothing()
    {
        byte[] plain = Bytes.Of("GET / HTTP/1.0\r\n\r\n");
        var head = new RequestHead();
        var reader = new RequestHeadReader(head);
        reader.Begin(0, Requests.Limits);
        ReadStatus status = reader.Read(plain, plain.Length);
        string expected = HeadOutcome.Describe(head, reader, status, 0);
        foreach (byte[] message in Corpus.Requests.Select(Bytes.Of))
        {
            for (int end = 0; end <= message.Length; end++)
            {
                reader.Begin(0, Requests.Limits);
                reader.Read(message, end);
                reader.Begin(0, Requests.Limits);
                status = reader.Read(plain, plain.Length);
                Assert.Equal(expected, HeadOutcome.Describe(head, reader, status, 0));
            }
        }
    }

    private static void AssertNoAllocation(Action<int> run) => Assert.Equal(0, Allocations.PerRound(RoundCount, run));
}
