using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Proxy;

namespace Sluice.Hostile.Http2;

/// <summary>H2-28 to H2-32, and the slow part of H2-17: clients that ask for much and take nothing of it (CVE-2019-9517).</summary>
[Collection(AttackGroup.Name)]
public sealed class StallTests
{
    private const int ContentBytes = 10 << 20;
    private const int StreamsMax = 100;

    // What a stream may hold, of the proxy's memory.
    private const long BytesPerStreamMax = 64 * 1024;

    // And what the connections hold beside, the canaries' too.
    private const long ConnectionBytesMax = 1 << 20;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(30);

    // Enough for a busy machine to send all requests in.
    private const int GraceMs = 2_000;

    private static readonly ProxyLimits Impatient = new() { ResponseWriteIdleTimeoutMs = GraceMs, MinDataRateGraceMs = GraceMs };

    public static TheoryData<string> Stalls => ["window of 0", "connection window of 0", "window of 1 byte"];

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task Window_ThatStaysShut_HoldsLittleAndEndsInTime(string stall)
    {
        await using AttackStage stage = AttackStage.StartLarge(ContentBytes, Impatient);
        Http2Peer client = await stage.ConnectAsync(InitialWindow(stall));
        client.GrantsWindows = false;
        if (stall == "connection window of 0")
        {
            // The first stream takes it all.
            uint first = await client.SendRequestAsync(path: "/first");
            await client.ReadContentAsync(first, FlowWindows.Default);
        }

        var streams = new List<uint>();
        for (int i = 0; i < StreamsMax - 1; i++)
        {
            streams.Add(await client.SendRequestAsync());
        }

        await stage.ExpectRequestsAsync(streams.Count);
        Assert.InRange(stage.BufferBytes, 0, (StreamsMax * BytesPerStreamMax) + ConnectionBytesMax);
        await client.ReadUntilAsync(() => client.GoAway is not null || streams.All(stream => client.StreamOf(stream).IsOver), "the end of all streams");

        await stage.ExpectReasonAsync("stalled_stream");
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Window_OpenedByteByByte_IsTooSlow()
    {
        await using AttackStage stage = AttackStage.StartLarge(ContentBytes, Impatient);
        Http2Peer client = await stage.ConnectAsync((SettingKind.InitialWindowSize, 1));
        client.GrantsWindows = false;
        var clock = Stopwatch.StartNew();
        uint stream = await client.SendRequestAsync();
        StreamRecord record = client.StreamOf(stream);

        // 20 bytes per second and always a little progress, which is no progress.
        Task reading = client.ReadUntilAsync(() => record.IsOver || client.GoAway is not null, "the end");
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!reading.IsCompleted && clock.Elapsed < TimeMax)
        {
            await client.TrySendAsync(Frames.WindowUpdate(stream, 1));
            await ticks.WaitForNextTickAsync();
        }

        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(GraceMs / 2), TimeMax);
        await reading;
        await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Error is "response_too_slow" or "response_write_timeout");
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Windows_ShutByOneSettingAndOpenedByAnother_GoOnWhereTheyWere()
    {
        await using AttackStage stage = AttackStage.StartLarge(1 << 20);
        Http2Peer client = await stage.ConnectAsync((SettingKind.InitialWindowSize, 0));
        uint stream = await client.SendRequestAsync();
        await client.ReadHeadAsync(stream);

        await client.SendAsync(Frames.WindowUpdate(0, int.MaxValue - FlowWindows.Default), Frames.Settings((SettingKind.InitialWindowSize, int.MaxValue)));

        Assert.Equal(1 << 20, (await client.ReadResponseAsync(stream)).Content.Length);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Windows_AboveTheirBoundByASetting_EndTheConnection()
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync((SettingKind.InitialWindowSize, 0));
        uint stream = await client.SendRequestAsync();

        await client.SendAsync(Frames.WindowUpdate(stream, 100), Frames.Settings((SettingKind.InitialWindowSize, int.MaxValue)));

        await client.ExpectGoAwayAsync(ErrorCode.FlowControlError);
        await stage.ExpectReasonAsync("flow_control_error");
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task ConnectionWindow_AboveItsBound_EndsTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        await client.TrySendAsync(Frames.Repeat(Frames.WindowUpdate(0, int.MaxValue), 2));

        await client.ExpectGoAwayAsync(ErrorCode.FlowControlError);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Content_AboveTheProxysWindow_EndsTheStream()
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();

        // The proxy may take some of it on to the upstream meanwhile, and widen the window; not this much of it.
        uint stream = await client.SendHeadAsync(client.Request("POST"), end: false, "POST");
        StreamRecord record = client.StreamOf(stream);
        Task flooding = client.FloodAsync(Frames.Data(stream, new byte[16_384]), 2_000);
        await client.ReadUntilAsync(() => client.GoAway is not null || record.Reset is not null, "a refusal");

        Assert.Equal(ErrorCode.FlowControlError, client.GoAway?.Error ?? record.Reset);
        Assert.InRange(stage.BufferBytes, 0, ConnectionBytesMax);
        client.Abort();
        await flooding;
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Content_AboveTheProxysConnectionWindow_EndsTheConnection()
    {
        // All but the first wait for its connection, so that nobody takes their content.
        await using AttackStage stage = AttackStage.StartSilent(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1 } });
        Http2Peer client = await stage.ConnectAsync();
        client.Checks = false;
        await client.SendRequestAsync();
        await stage.ExpectRequestsAsync(1);

        // Each stream stays within its own.
        for (int i = 0; i < 5; i++)
        {
            uint stream = await client.SendHeadAsync(client.Request("POST"), end: false, "POST");
            await client.TrySendAsync(Frames.Repeat(Frames.Data(stream, new byte[16_384]), 15));
        }

        await client.ReadUntilAsync(() => client.GoAway is not null, "GOAWAY");
        Assert.Equal(ErrorCode.FlowControlError, client.GoAway!.Error);
        await stage.ExpectReasonAsync("flow_control_error");
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Window_MadeNegative_SendsNothingUntilItIsPositive()
    {
        await using AttackStage stage = AttackStage.StartLarge(200_000);
        Http2Peer client = await stage.ConnectAsync((SettingKind.InitialWindowSize, 50_000));
        client.GrantsWindows = false;
        uint stream = await client.SendRequestAsync();
        await client.ReadContentAsync(stream, 50_000);

        // 50,000 below zero; the client's own accounts fail the test when the proxy sends a byte too early.
        await client.SendAsync(Frames.Settings((SettingKind.InitialWindowSize, 0)), Frames.WindowUpdate(0, 1 << 20));
        await client.SendAsync(Frames.WindowUpdate(stream, 50_000));
        await client.RoundTripAsync();
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(100));
        await client.SendAsync(Frames.WindowUpdate(stream, 10));
        await client.ReadContentAsync(stream, 50_010);
        await client.SendAsync(Frames.WindowUpdate(stream, 1 << 20));

        Assert.Equal(200_000, (await client.ReadResponseAsync(stream)).Content.Length);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Window_MadeNegativeForGood_EndsInTime()
    {
        await using AttackStage stage = AttackStage.StartLarge(ContentBytes, Impatient);
        Http2Peer client = await stage.ConnectAsync();
        client.GrantsWindows = false;
        uint stream = await client.SendRequestAsync();
        await client.ReadContentAsync(stream, FlowWindows.Default);
        await client.SendAsync(Frames.Settings((SettingKind.InitialWindowSize, 0)));

        await client.ExpectResetAsync(stream);
        await stage.ExpectReasonAsync("stalled_stream");
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Connection_ThatReadsNothing_EndsInTime()
    {
        await using AttackStage stage = AttackStage.StartLarge(ContentBytes, Impatient);
        Http2Peer client = await stage.Proxy.ConnectHttp2Async(new Http2PeerOptions { ReceiveBufferBytes = 4_096 });

        // Windows are as wide as they can be, but nobody takes anything from the socket.
        await client.SendAsync(Frames.WindowUpdate(0, int.MaxValue - FlowWindows.Default), Frames.Settings((SettingKind.InitialWindowSize, int.MaxValue)));
        byte[] block = client.Request().ToArray();
        await client.SendAsync([.. Enumerable.Range(0, 20).Select(_ => Frames.Headers(client.NextStream(), block))]);

        await stage.ExpectRequestsAsync(20);
        await stage.ExpectReasonAsync("stalled_connection");
        Assert.InRange(stage.BufferBytes, 0, (20 * BytesPerStreamMax) + ConnectionBytesMax);
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    private static (SettingKind Kind, uint Value) InitialWindow(string stall) => stall switch
    {
        "window of 0" => (SettingKind.InitialWindowSize, 0),
        "window of 1 byte" => (SettingKind.InitialWindowSize, 1),
        _ => (SettingKind.InitialWindowSize, ContentBytes),
    };
}
