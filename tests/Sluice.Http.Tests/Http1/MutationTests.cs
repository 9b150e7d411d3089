using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

/// <summary>
/// Random but repeatable damage to good messages. Whatever comes out: no exception, no read behind the end, and the same outcome for every way the bytes may
/// be split up.
/// </summary>
public sealed class MutationTests
{
    private const int RoundCount = 400;

    // The bytes that parsers disagree on are drawn as often as all others together.
    private static readonly byte[] Telling = Bytes.Of("\r\n\t :;,=%/.?#[]@\"\\0159aAxX_-+\u0000\u0001\u000b\u007f\u0080\u00a0\u00ff");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Request_Mutated_HasOneOutcome(int seed)
    {
        (int done, int failed) = Run(seed, Corpus.Requests, message => Requests.ReadAnyWay(message));
        Assert.InRange(done, 1, RoundCount - 1);
        Assert.InRange(failed, 1, RoundCount - 1);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Response_Mutated_HasOneOutcome(int seed)
    {
        (int done, int failed) = Run(seed, Corpus.Responses, message => Responses.ReadAnyWay(message));
        Assert.InRange(done, 1, RoundCount - 1);
        Assert.InRange(failed, 1, RoundCount - 1);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Content_Mutated_HasOneOutcome(int seed)
    {
        (int done, int failed) = Run(seed, Corpus.Chunked, wire => Bodies.ReadAnyWay(Bytes.ToText(wire)).Status.ToString());
        Assert.InRange(done, 1, RoundCount - 1);
        Assert.InRange(failed, 1, RoundCount - 1);
    }

    [Fact]
    public void Request_Of4KiBRandomBytes_IsRefused()
    {
        var random = new Random(10);
        byte[] message = new byte[4096];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(message);
            (_, RequestHeadReader reader, ReadStatus status) = Requests.Read(message, [message.Length], Requests.Limits);
            Assert.Equal(ReadStatus.Failed, status);
            Assert.NotEqual(Violation.None, reader.Violation);
        }
    }

    private static (int Done, int Failed) Run(int seed, string[] corpus, Func<byte[], string> read)
    {
        var random = new Random(seed);
        int done = 0;
        int failed = 0;
        for (int i = 0; i < RoundCount; i++)
        {
            string outcome = read(Mutate(random, Bytes.Of(corpus[random.Next(corpus.Length)])));
            done += outcome.StartsWith("Done", StringComparison.Ordinal) ? 1 : 0;
            failed += outcome.StartsWith("Failed", StringComparison.Ordinal) ? 1 : 0;
        }

        return (done, failed);
    }

    private static byte[] Mutate(Random random, byte[] message)
    {
        var bytes = new List<byte>(message);
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            byte value = random.Next(2) == 0 ? Telling[random.Next(Telling.Length)] : (byte)random.Next(256);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = value;
                    break;
                case 1:
                    bytes.Insert(at, value);
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    int length = Math.Min(random.Next(1, 20), bytes.Count - at);
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }
}
