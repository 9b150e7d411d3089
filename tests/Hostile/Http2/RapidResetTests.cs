using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Hostile.Http2;

/// <summary>H2-01 to H2-03: streams that are opened and reset at once (CVE-2023-44487).</summary>
[Collection(AttackGroup.Name)]
public sealed class RapidResetTests
{
    // What a client may have open, by the proxy's SETTINGS.
    private const int StreamsMax = 100;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HeadersAndReset_ALotOfThem_EndTheConnection(bool isUpstreamSilent)
    {
        await using AttackStage stage = isUpstreamSilent ? AttackStage.StartSilent() : AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;

        var clock = Stopwatch.StartNew();
        Task reading = client.ReadToEndAsync();
        await SendPairsAsync(client, 100_000, perWrite: 100);
        await reading;

        // 550 of them, and fifty more for each second that it took, which are forgiven.
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        Assert.InRange(client.GoAway!.LastStream, 1u, 1_101u + (uint)(100 * clock.Elapsed.TotalSeconds));
        await stage.ExpectReasonAsync("rapid_reset");
        await stage.ExpectUpstreamIdleAsync();
        Assert.InRange(stage.Recorder.RequestCount, 0, 1_000 + (int)(50 * clock.Elapsed.TotalSeconds));
        Assert.InRange(stage.Recorder.OpenConnectionsPeak, 0, 2 * StreamsMax);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task HeadersAndReset_OverManyConnections_EndEachOfThem()
    {
        await using AttackStage stage = AttackStage.Start();

        for (int i = 0; i < 20; i++)
        {
            Http2Peer client = await stage.ConnectAsync();
            client.Answers = false;
            Task reading = client.ReadToEndAsync();
            await SendPairsAsync(client, 5_000, perWrite: 250);
            await reading;
            await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
            await client.DisposeAsync();
        }

        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Reset_AMomentAfterHeaders_EndsTheConnectionAllTheSame(int delayMs)
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        Task reading = client.ReadToEndAsync();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(delayMs));

        // Fifty at a time, so that as many resets come as in the attack without pauses, and each only when its request is on its way.
        for (uint stream = 3; !reading.IsCompleted && stream < 200_000;)
        {
            uint first = stream;
            byte[][] heads = [.. Enumerable.Range(0, 50).Select(i => Frames.Headers(first + 2 * (uint)i, client.Request().ToArray()))];
            byte[][] resets = [.. Enumerable.Range(0, 50).Select(i => Frames.Reset(first + 2 * (uint)i))];
            await client.TrySendAsync(heads.SelectMany(frame => frame).ToArray());
            await ticks.WaitForNextTickAsync();
            await client.TrySendAsync(resets.SelectMany(frame => frame).ToArray());
            stream += 100;
        }

        // A hundred rounds at the most, of those that the proxy has seen: more may have been sent by then.
        await reading;
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        Assert.InRange(client.GoAway!.LastStream, 1u, 10_000u);
        await stage.ExpectReasonAsync("rapid_reset");
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Resets_AsABrowserSendsThem_AreNoAttack()
    {
        await using AttackStage stage = AttackStage.StartSilent(new ProxyLimits());
        Http2Peer client = await stage.ConnectAsync();

        // Someone leaves a page with fifty images that are still loading, and comes back.
        for (int page = 0; page < 2; page++)
        {
            var streams = new List<uint>();
            for (int i = 0; i < 50; i++)
            {
                streams.Add(await client.SendRequestAsync(path: "/image"));
            }

            await client.SendAsync([.. streams.Select(stream => Frames.Reset(stream))]);
        }

        await client.RoundTripAsync();
        Assert.Null(client.GoAway);
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    private static async Task SendPairsAsync(Http2Peer client, int count, int perWrite)
    {
        byte[] block = client.Request().ToArray();
        for (int sent = 0; sent < count; sent += perWrite)
        {
            var bytes = new List<byte>();
            for (int i = 0; i < perWrite; i++)
            {
                uint stream = (uint)(2 * (sent + i) + 1);
                bytes.AddRange(Frames.Headers(stream, block));
                bytes.AddRange(Frames.Reset(stream));
            }

            if (!await client.TrySendAsync(bytes.ToArray()))
            {
                return;
            }
        }
    }
}
