using System.Diagnostics;
using Sluice.TestKit.Http2;

namespace Sluice.Hostile.Http2;

/// <summary>
/// H2-04 to H2-09: a client that has the server reset its streams, so that it is never the one who gives up and its requests go on behind the
/// proxy (CVE-2025-8671, MadeYouReset).
/// </summary>
[Collection(AttackGroup.Name)]
public sealed class ServerResetTests
{
    private const int StreamsMax = 100;
    private const int TimesMax = 10_000;

    [Theory]
    [InlineData("window update of 0")]
    [InlineData("window above 2^31-1")]
    [InlineData("priority of a wrong length")]
    [InlineData("priority on itself")]
    [InlineData("headers after the end")]
    [InlineData("data after the end")]
    public async Task StreamError_OnEachRequest_EndsTheConnection(string primitive)
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;

        var clock = Stopwatch.StartNew();
        Task reading = client.ReadToEndAsync();
        await SendAsync(client, primitive);
        await reading;

        Assert.NotNull(client.GoAway);
        Assert.NotEqual(ErrorCode.NoError, client.GoAway.Error);
        await stage.ExpectUpstreamIdleAsync();

        // Fifty of them are forgiven for each second that it took.
        Assert.InRange(stage.Recorder.RequestCount, 0, 1_000 + (int)(50 * clock.Elapsed.TotalSeconds));
        Assert.InRange(stage.Recorder.OpenConnectionsPeak, 0, 2 * StreamsMax);
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData("window update of 0", "server_resets", "window_update_flood")]
    [InlineData("window above 2^31-1", "server_resets")]
    [InlineData("headers after the end", "server_resets")]
    [InlineData("data after the end", "server_resets", "tiny_data")]
    public async Task StreamError_OnEachRequest_IsCountedAsAReset(string primitive, params string[] reasons)
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;

        Task reading = client.ReadToEndAsync();
        await SendAsync(client, primitive);
        await reading;

        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);

        // Where the frame itself counts a little, too, it may be the last of what is too much.
        await stage.ExpectReasonAsync(reasons);
        await stage.ExpectHealthyAsync();
    }

    private static async Task SendAsync(Http2Peer client, string primitive)
    {
        const int each = 50;
        byte[] block = client.Request().ToArray();
        for (int sent = 0; sent < TimesMax; sent += each)
        {
            var bytes = new List<byte>();
            for (int i = 0; i < each; i++)
            {
                uint stream = client.NextStream();
                bytes.AddRange(Frames.Headers(stream, block));
                bytes.AddRange(Primitive(primitive, stream, block));
            }

            if (!await client.TrySendAsync(bytes.ToArray()))
            {
                return;
            }
        }
    }

    private static byte[] Primitive(string name, uint stream, byte[] block) => name switch
    {
        "window update of 0" => Frames.WindowUpdate(stream, 0),
        "window above 2^31-1" => Frames.WindowUpdate(stream, int.MaxValue),
        "priority of a wrong length" => Frames.Of(FrameKind.Priority, FrameMarks.None, stream, [0, 0, 0, 1]),
        "priority on itself" => Frames.Priority(stream, dependsOn: stream),
        "headers after the end" => Frames.Headers(stream, block),
        _ => Frames.Data(stream, [1]),
    };
}
