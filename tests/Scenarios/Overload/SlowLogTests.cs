using System.Net;
using System.Net.Sockets;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Overload;

/// <summary>More lines of the access log than its disk takes.</summary>
public sealed class SlowLogTests
{
    private const int BytesPerSecond = 50_000;
    private const int Requests = 10_000;
    private const int RequestsAtOnce = 500;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(90);

    // A line of more than a kilobyte each: minutes of the disk's time, so that it is behind however long the machine takes to ask.
    private static readonly string Request = $"GET /{new string('p', 1_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n";

    [Trait("Case", "L-25")]
    [Fact]
    public async Task Lines_ThatTheDiskDoesNotTake_AreDroppedAndCounted_AndNobodyWaits()
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        await using var disk = new SlowStream(BytesPerSecond);
        var setup = new ProxySetup { Overload = null, Routes = [new RoutePlan { Name = "hello", Action = new RespondAction(200, [], [.. "hello"u8]) }] };
        await using SluiceServer server = SluiceServer.Start(setup.ToPlan([]), new SluiceServerOptions { Workers = 1, AccessLogOutput = disk, Log = _ => { } });

        for (int asked = 0; asked < Requests; asked += RequestsAtOnce)
        {
            await AskAsync(server.EndPoints[0], deadline.Token);
        }

        // What the disk has taken by now and what waits for it is far less than what was asked.
        Assert.InRange(server.DroppedLogLines, 1, Requests);
        disk.BecomeQuick();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (disk.Lines + server.DroppedLogLines < Requests)
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
        }

        Assert.Equal(Requests, disk.Lines + server.DroppedLogLines);
    }

    private static async Task AskAsync(EndPoint address, CancellationToken deadline)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address, deadline);
        Task sending = client.SendAsync(Bytes.Of(string.Concat(Enumerable.Repeat(Request, RequestsAtOnce))), deadline).AsTask();
        byte[] buffer = new byte[256 * 1024];
        int length = 0;
        while (buffer.AsSpan(0, length).Count("\r\n\r\nhello"u8) < RequestsAtOnce)
        {
            int count = await client.ReceiveAsync(buffer.AsMemory(length), deadline);
            Assert.NotEqual(0, count);
            length += count;
        }

        await sending;
    }
}
