namespace Sluice.Scenarios.Forwarding;

/// <summary>Heads and contents of sizes around those of the buffers they pass through.</summary>
public sealed class SizeTests
{
    // Powers of two are what buffers are made of.
    private static readonly int[] Edges = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536];

    [Fact]
    public async Task RequestHeads_OfSizesAroundBuffers_PassWithWhatFollows()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();
        foreach (int size in Edges[..^2].SelectMany(edge => Enumerable.Range(edge - 8, 16)).Append(32_000))
        {
            string request = HeadOfSize(Story.Post + "Content-Length: 5\r\n", size) + "hello";
            await client.SendAsync(request + request);
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
            Assert.All(upstream.Requests.TakeLast(2), received => Assert.Equal("hello", received.Text));
        }

        Assert.Empty(upstream.Deviations);
    }

    [Fact]
    public async Task ResponseHeads_OfSizesAroundBuffers_PassWithWhatFollows()
    {
        string head = "";
        await using RecordingUpstream upstream = RecordingUpstream.Start(_ => [Bytes.Of(head + "hello")]);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();
        foreach (int size in Edges[..^1].SelectMany(edge => Enumerable.Range(edge - 8, 16)).Append(65_000))
        {
            head = HeadOfSize("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", size);
            HttpResponse response = await client.ExchangeAsync(Story.Get);

            Assert.Equal("hello", response.Text);
            Assert.Equal(head.Count(character => character == 'p'), response["X-Pad"]!.Length);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contents_OfSizesAroundBuffers_PassUnchanged(bool chunked)
    {
        byte[] framed = [];
        await using RecordingUpstream upstream = RecordingUpstream.Start(_ => [Bytes.Of("HTTP/1.1 200 OK\r\n"), framed]);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();
        foreach (int size in Edges.SelectMany(edge => new[] { edge - 1, edge, edge + 1, edge * 2 }).Append(0).Append(1))
        {
            string content = new((char)('a' + (size % 26)), size);
            framed = Bytes.Of(chunked
                ? "Transfer-Encoding: chunked\r\n\r\n" + (size == 0 ? "" : $"{size:x}\r\n{content}\r\n") + "0\r\n\r\n"
                : $"Content-Length: {size}\r\n\r\n{content}");
            byte[] request = [.. Bytes.Of(Story.Post + ""), .. framed];
            await client.SendAsync(request);
            HttpResponse response = await client.ReadResponseAsync();

            Assert.True(upstream.Requests[^1].Text == content, $"a request of {size} bytes");
            Assert.True(response.Text == content, $"a response of {size} bytes");
        }
    }

    [Fact]
    public async Task Contents_OfRandomSizesFramingsAndCuts_PassUnchanged()
    {
        IReadOnlyList<byte[]> answer = [];
        await using RecordingUpstream upstream = RecordingUpstream.Start(_ => answer);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            (byte[] requestWire, string requestText) = RandomMessage(random, "PUT / HTTP/1.1\r\nHost: a.test\r\n");
            (byte[] responseWire, string responseText) = RandomMessage(random, "HTTP/1.1 200 OK\r\n");
            answer = [.. Cut(responseWire, random)];
            foreach (byte[] piece in Cut(requestWire, random))
            {
                await client.SendAsync(piece);
            }

            HttpResponse response = await client.ReadResponseAsync();

            Assert.True(upstream.Requests[^1].Text == requestText, $"the request of seed {seed}");
            Assert.True(response.Text == responseText, $"the response of seed {seed}");
        }
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(32_768)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task Responses_OfAnySize_LeaveTheUpstreamConnectionInUse(int size)
    {
        // The sizes of whole messages, for receives fill buffers with head and content alike; and a little more and less.
        byte[] message = [];
        await using RecordingUpstream upstream = RecordingUpstream.Start(_ => [message]);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();
        foreach (int total in new[] { size - 1, size, size + 1, size })
        {
            message = MessageOfSize(total);
            Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);
        }

        Assert.Equal(1, upstream.ConnectionCount);
    }

    private static string HeadOfSize(string beginning, int size) =>
        $"{beginning}X-Pad: {new string('p', size - beginning.Length - 11)}\r\n\r\n";

    private static (byte[] Wire, string Text) RandomMessage(Random random, string head)
    {
        string content = new([.. Enumerable.Range(0, random.Next(4) * random.Next(40_000)).Select(_ => (char)random.Next(256))]);
        if (random.Next(2) == 0)
        {
            return (Bytes.Of($"{head}Content-Length: {content.Length}\r\n\r\n{content}"), content);
        }

        using var wire = new MemoryStream();
        wire.Write(Bytes.Of($"{head}Transfer-Encoding: chunked\r\n\r\n"));
        for (int at = 0; at < content.Length;)
        {
            int count = Math.Min(content.Length - at, 1 + random.Next(random.Next(3) == 0 ? 20 : 30_000));
            wire.Write(Bytes.Of($"{count:X}\r\n{content.Substring(at, count)}\r\n"));
            at += count;
        }

        wire.Write(Bytes.Of("0\r\n\r\n"));
        return (wire.ToArray(), content);
    }

    private static IEnumerable<byte[]> Cut(byte[] wire, Random random)
    {
        for (int at = 0; at < wire.Length;)
        {
            int count = Math.Min(wire.Length - at, 1 + random.Next(random.Next(4) == 0 ? 10 : 50_000));
            yield return wire[at..(at + count)];
            at += count;
        }
    }

    private static byte[] MessageOfSize(int total)
    {
        const string beginning = "HTTP/1.1 200 OK\r\nContent-Length: ";
        int contentLength = total - beginning.Length - 4 - total.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        string head = $"{beginning}{contentLength}\r\n\r\n";
        return [.. Bytes.Of(head), .. new byte[contentLength]];
    }
}
