using System.Text;
using Sluice.Scenarios.Http2Upstreams;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Grpc;

/// <summary>The base64 of gRPC-Web, in whatever pieces it comes.</summary>
public sealed class WebTextTests
{
    [Fact]
    public async Task Messages_ReachTheClientWhole_AsSoonAsTheyAreThere()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(WebCalls.InText, GrpcMessages.Frame("")));
        await server.SendAsync(WebCalls.AnswerHead);
        ContentReader content = client.ContentOf(await client.ReadHeadAsync("POST"));

        for (int length = 0; length < 8; length++)
        {
            byte[] message = GrpcMessages.Frame(new string('x', length));
            await server.SendAsync(WebCalls.Chunk(message));
            await content.ExpectAsync(Convert.ToBase64String(message));
        }

        await server.SendAsync("0\r\ngrpc-status: 0\r\n\r\n");
        Assert.Equal(Convert.ToBase64String([0x80, 0, 0, 0, 16, .. "grpc-status: 0\r\n"u8]), Bytes.Text(await content.ReadRestAsync()));
    }

    [Fact]
    public async Task Content_InRandomPieces_IsTheSameBothWays()
    {
        var random = new Random(20_270_422);
        await using Story story = Story.Begin(WebCalls.Bridge);
        ScriptedClient client = await story.ConnectAsync();
        ScriptedServerConnection? server = null;
        for (int round = 0; round < 20; round++)
        {
            byte[] request = Messages(random);
            byte[] response = Messages(random);
            await client.SendAsync($"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {WebCalls.InText}\r\nTransfer-Encoding: chunked\r\n\r\n");
            Task sending = SendInPiecesAsync(client, Encoding.ASCII.GetBytes(Convert.ToBase64String(request)), random.Next(), "0\r\n\r\n");
            server ??= await story.AcceptAsync();
            HttpRequest received = await server.ReadRequestAsync();
            await sending;
            await server.SendAsync(WebCalls.AnswerHead);
            sending = SendInPiecesAsync(server, response, random.Next(), "0\r\ngrpc-status: 0\r\n\r\n");
            HttpResponse answer = await client.ReadResponseAsync();
            await sending;

            Assert.Equal(request, received.Content);
            byte[] decoded = WebCalls.FromText(answer.Text);
            Assert.Equal(response, decoded[..^21]);
            Assert.Equal("grpc-status: 0\r\n", Encoding.ASCII.GetString(decoded[^16..]));
        }
    }

    [Fact]
    public async Task Content_OfManyMegabytes_PassesInBoundedMemory()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        byte[] message = new byte[5 + (4 << 20)];
        new Random(20_270_423).NextBytes(message.AsSpan(5));
        message[2] = 0x40;
        ScriptedClient client = await story.ConnectAsync();

        Task sending = client.SendAsync(WebCalls.Call(WebCalls.InText, message));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await sending;
        await server.SendAsync(WebCalls.AnswerHead);
        sending = server.SendAsync(WebCalls.Chunk(message) + "0\r\ngrpc-status: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();
        await sending;

        Assert.Equal(message, request.Content);
        Assert.Equal(message, WebCalls.FromText(response.Text)[..^21]);
    }

    [Theory]
    [InlineData("AAAAAAA")]
    [InlineData("AAAA AAA")]
    [InlineData("AAAA\r\nAAAA")]
    [InlineData("AAA=A===")]
    [InlineData("____")]
    public async Task Content_ThatIsNoBase64_IsRefused(string text)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            $"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {WebCalls.InText}\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nAAAA\r\n");

        await client.SendAsync($"{text.Length:x}\r\n{text}\r\n0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        // The server sees that what it got is not whole.
        Assert.DoesNotContain("0\r\n\r\n", Bytes.Text(await server.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Equal((200, "application/grpc-web-text", "13"), (response.Status, response["Content-Type"], response["grpc-status"]));
        Assert.Equal("grpc_web_text_invalid", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Content_ThatIsNoBase64AtOnce_IsRefused()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(
            $"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {WebCalls.InText}\r\nContent-Length: 3\r\n\r\nAAA");

        Assert.Equal("13", response["grpc-status"]);
        HttpResponse next = await client.ExchangeAsync(WebCalls.Call(WebCalls.InText, [], "grpc-timeout: never\r\n"));
        Assert.Equal("13", next["grpc-status"]);
    }

    [Fact]
    public async Task Call_ThatIsSentAgain_IsDecodedOnce()
    {
        // The first attempt is refused, and the second sends the same content: it was decoded where it lay.
        await using UpstreamStory story = UpstreamStory.Begin(WebCalls.Bridge);
        (ScriptedClient client, Http2OriginConnection server, StreamRecord first) = await story.OpenAsync(WebCalls.Call(WebCalls.InText, GrpcMessages.Frame("abc")));
        await server.SendAsync(Frames.Reset(first.Id, ErrorCode.RefusedStream));
        Http2OriginConnection again = await story.Origin.AcceptAsync();

        (uint stream, HttpRequest request) = await again.ReadRequestAsync();
        await again.RespondAsync(stream);

        Assert.Equal(GrpcMessages.Frame("abc"), request.Content);
        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
    }

    private static byte[] Messages(Random random)
    {
        var content = new List<byte>();
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            byte[] message = new byte[random.Next(random.Next(4) == 0 ? 90_000 : 60)];
            random.NextBytes(message);
            content.AddRange([0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message]);
        }

        return [.. content];
    }

    private static async Task SendInPiecesAsync(ScriptedConnection connection, byte[] content, int seed, string end)
    {
        var random = new Random(seed);
        for (int at = 0; at < content.Length;)
        {
            int count = Math.Min(content.Length - at, random.Next(1, random.Next(2, 50_000)));
            await connection.SendAsync(WebCalls.Chunk(content[at..(at + count)]));
            at += count;
        }

        await connection.SendAsync(end);
    }
}
