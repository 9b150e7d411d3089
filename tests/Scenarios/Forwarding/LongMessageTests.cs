using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>A message of WebSocket that is larger than anybody's memory should be.</summary>
public sealed class LongMessageTests
{
    private const long MessageBytes = 1L << 30;
    private const int BlockBytes = 256 * 1024;
    private const long HeldBytesMax = 1 << 20;

    // Sockets of its own: a script would write down what it sends.
    [Trait("Case", "U-64")]
    [Fact]
    public async Task Message_OfAGibibyte_PassesInBoundedMemory()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var origin = new ServerPlan(ServerAddresses.Of(listener.LocalEndPoint!));
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), origin);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(proxy.EndPoint, deadline.Token);
        await client.SendAsync(Bytes.Of(UpgradeTests.Request), deadline.Token);
        using Socket server = await listener.AcceptAsync(deadline.Token);
        await ReadHeadAsync(server, deadline.Token);
        await server.SendAsync(Bytes.Of(UpgradeTests.Switching), deadline.Token);
        await ReadHeadAsync(client, deadline.Token);

        Task sending = SendAsync(server, deadline.Token);
        long held = await ReceiveAsync(client, proxy, deadline.Token);
        await sending;

        Assert.InRange(held, 0, HeldBytesMax);
    }

    private static async Task ReadHeadAsync(Socket socket, CancellationToken deadline)
    {
        var text = new List<byte>();
        byte[] one = new byte[1];
        while (!Bytes.Text([.. text]).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await socket.ReceiveAsync(one, deadline));
            text.Add(one[0]);
        }
    }

    // A binary frame with a length of 64 bits (RFC 6455, section 5.2), and in each block where it stands.
    private static async Task SendAsync(Socket socket, CancellationToken deadline)
    {
        byte[] head = [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(2), MessageBytes);
        await socket.SendAsync(head, deadline);
        byte[] block = new byte[BlockBytes];
        for (long at = 0; at < MessageBytes; at += BlockBytes)
        {
            BinaryPrimitives.WriteInt64BigEndian(block, at);
            for (int sent = 0; sent < BlockBytes;)
            {
                sent += await socket.SendAsync(block.AsMemory(sent), deadline);
            }
        }
    }

    // Returns how much the proxy held at most while it came.
    private static async Task<long> ReceiveAsync(Socket socket, ProxyFixture proxy, CancellationToken deadline)
    {
        byte[] head = new byte[10];
        await FillAsync(socket, head, deadline);
        Assert.Equal(MessageBytes, BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(2)));
        byte[] block = new byte[BlockBytes];
        long held = 0;
        for (long at = 0; at < MessageBytes; at += BlockBytes)
        {
            await FillAsync(socket, block, deadline);
            Assert.Equal(at, BinaryPrimitives.ReadInt64BigEndian(block));
            held = Math.Max(held, proxy.Server.Loops.Sum(loop => loop.Buffers.OutstandingBytes));
        }

        return held;
    }

    private static async Task FillAsync(Socket socket, Memory<byte> bytes, CancellationToken deadline)
    {
        while (!bytes.IsEmpty)
        {
            int count = await socket.ReceiveAsync(bytes, deadline);
            Assert.NotEqual(0, count);
            bytes = bytes[count..];
        }
    }
}
