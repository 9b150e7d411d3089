using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>What becomes of a request in which this program itself fails.</summary>
public sealed class BugTests
{
    [Fact]
    public async Task Exception_WithinARequest_ClosesItsConnectionAndIsRecordedOnce()
    {
        // No configuration gives such a head; it stands for whatever a bug may be.
        var tooLarge = new KeyValuePair<string, string>("x-large", new string('x', 200_000));
        ProxyPlan plan = Plans.Respond("ok");
        plan = plan with
        {
            AccessLog = true,
            Routes = [.. plan.Routes, new RoutePlan { Name = "bug", Paths = [new PathMatch("/bug", IsPrefix: false)], Action = new RespondAction(200, [tooLarge], []) }],
        };
        using var log = new MemoryStream();
        var messages = new ConcurrentQueue<string>();
        await using (SluiceServer server = SluiceServer.Start(plan, new SluiceServerOptions { Workers = 1, AccessLogOutput = log, Log = messages.Enqueue }))
        {
            Assert.Equal("", Ask(server, "/bug"));
            Assert.StartsWith("HTTP/1.1 200 ", Ask(server, "/"), StringComparison.Ordinal);
            Assert.Equal(1, server.BugCount);
        }

        string[] lines = Encoding.UTF8.GetString(log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(lines, line => line.Contains("\"error\":\"internal\"", StringComparison.Ordinal));
        Assert.Equal(2, lines.Length);
        Assert.Contains(messages, message => message.StartsWith("bug: ", StringComparison.Ordinal));
    }

    private static string Ask(SluiceServer server, string path)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        client.Connect(IPAddress.Loopback, Plans.PortOf(server));
        client.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer));
    }
}
