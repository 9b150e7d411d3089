using Sluice.Proxy.Plans;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Http2;

/// <summary>
/// python3-h2 as a second opinion on each frame: its state machine ends the script at whatever breaks RFC 9113. It sends some dozens of requests
/// at once, with content, trailers and resets, over a connection of each kind.
/// </summary>
public sealed class PythonPeerTests
{
    // Debian's: another one that comes first in the path doesn't have its packages.
    private const string Interpreter = "/usr/bin/python3";

    private static readonly byte[] Large = new byte[300_000];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exchanges_OfManyKinds_BreakNoRuleOfItsStateMachine(bool isTls)
    {
        using var authority = new TestAuthority();
        await using RecordingUpstream upstream = RecordingUpstream.Start(Answer);
        var setup = new ProxySetup
        {
            Http2 = Http2Mode.PriorKnowledge,
            Tls = isTls ? new() { Certificates = [authority.Issue("a.test").Plan] } : null,
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), upstream.Plan);

        ToolResult result = await Tool.RunAsync(Interpreter, Path.Combine(AppContext.BaseDirectory, "Http2", "peer.py"), $"{proxy.Port}", isTls ? "tls" : "plain");

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal("served 60, reset 20", result.Output.Trim());
        Assert.Empty(upstream.Deviations);
        Assert.Equal(20, upstream.Requests.Count(request => request.Method == "POST" && request.Content.Length == Large.Length && request.Trailer("x-sum") == "1"));
    }

    private static IReadOnlyList<byte[]> Answer(HttpRequest request) => request.Target switch
    {
        "/silent" => [],
        "/large" => [Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {Large.Length}\r\n\r\n"), Large],
        "/hints" => [Bytes.Of("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), Bytes.Of("HTTP/1.1 204 No Content\r\n\r\n")],
        _ => [Bytes.Of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")],
    };
}
