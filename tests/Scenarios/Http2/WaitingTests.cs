using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Http2;

/// <summary>Streams of a connection wait for each other: nobody is stuck for ever by that, and no client is blamed for it.</summary>
public sealed class WaitingTests
{
    private const int StreamWindow = 256 * 1024;
    private const string Stuck = "/stuck";

    // Half of what each of these takes, and more than a busy machine keeps a client from moving.
    private const int TooSlowMs = 2_500;

    [Fact]
    public async Task Upload_BesideSomeThatAreStuck_GoesOn()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        await using Http2Story story = await Http2Story.BeginAsync(SetupWith(unreachable.Plan, new ProxyLimits { ConnectTimeoutMs = 60_000 }));
        await story.Client.RoundTripAsync();
        for (int i = 0; i < 3; i++)
        {
            await story.Client.SendRequestAsync("POST", Stuck, new byte[StreamWindow]);
        }

        byte[] content = new byte[2 << 20];
        new Random(1).NextBytes(content);
        Task<uint> sending = story.Client.SendRequestAsync("POST", content: content);
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        HttpRequest request = await server.ServeAsync("taken");

        Assert.Equal("taken", (await story.Client.ReadResponseAsync(await sending)).Text);
        Assert.Equal(content, request.Content);
    }

    [Fact]
    public async Task Upload_ThatHasNoWindowBecauseOfOthers_IsNotTooSlow()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        var limits = new ProxyLimits { ConnectTimeoutMs = 5_000, RequestBodyIdleTimeoutMs = TooSlowMs, MinDataRateGraceMs = TooSlowMs };
        await using Http2Story story = await Http2Story.BeginAsync(SetupWith(unreachable.Plan, limits));
        await story.Client.RoundTripAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync("POST", end: false);
        for (int i = 0; i < 4; i++)
        {
            await story.Client.SendRequestAsync("POST", Stuck, new byte[StreamWindow]);
        }

        Assert.Equal(0, story.Client.OwnWindows.Connection);
        await story.Client.SendContentAsync(stream, new byte[100_000]);
        await server.RespondAsync("taken");

        Assert.Equal("taken", (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Fact]
    public async Task Download_BehindAnother_IsNotTooSlow()
    {
        const int step = 16 * 1024;
        const int steps = 250;
        var limits = new ProxyLimits { ResponseWriteIdleTimeoutMs = TooSlowMs, MinDataRateGraceMs = TooSlowMs };
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = limits }, (SettingKind.InitialWindowSize, 1 << 30));
        story.Client.GrantsWindows = false;
        (uint first, ScriptedServerConnection one, _) = await story.OpenAsync();
        (uint second, ScriptedServerConnection two, _) = await story.OpenAsync();
        one.StepTimeout = Patience.PerTest;
        Task sending = Task.WhenAll(one.RespondAsync(new string('1', steps * step)), two.RespondAsync(new string('2', 100_000)));

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(story.Client.StreamOf(first).IsOver && story.Client.StreamOf(second).IsOver))
        {
            await story.Client.SendAsync(Frames.WindowUpdate(0, step));
            await story.Client.RoundTripAsync();
            await ticks.WaitForNextTickAsync();
        }

        await sending;
        Assert.Equal(steps * step, (await story.Client.ReadResponseAsync(first)).Content.Length);
        Assert.Equal(100_000, (await story.Client.ReadResponseAsync(second)).Content.Length);
    }

    [Fact]
    public async Task Download_WhoseClientGrantsNothing_IsTooSlow_WhateverOthersDo()
    {
        var limits = new ProxyLimits { ResponseWriteIdleTimeoutMs = TooSlowMs };
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = limits }, (SettingKind.InitialWindowSize, 1_000));
        story.Client.GrantsWindows = false;
        (uint stuck, ScriptedServerConnection one, _) = await story.OpenAsync(path: Stuck);
        (uint moving, ScriptedServerConnection two, _) = await story.OpenAsync();
        Task sending = Task.WhenAll(one.RespondAsync(new string('1', 10_000)), two.RespondAsync(new string('2', 300_000)));

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!story.Client.StreamOf(moving).IsOver && story.Client.StreamOf(stuck).Reset is null)
        {
            await story.Client.SendAsync(Frames.WindowUpdate(moving, 1_000), Frames.WindowUpdate(0, 1_000));
            await story.Client.RoundTripAsync();
            await ticks.WaitForNextTickAsync();
        }

        await sending;
        Assert.NotNull(story.Client.StreamOf(stuck).Reset);
        Assert.Null(story.Client.StreamOf(moving).Reset);
    }

    private static ProxySetup SetupWith(ServerPlan unreachable, ProxyLimits limits)
    {
        var upstream = new UpstreamPlan { Name = "unreachable", Servers = [unreachable] };
        var route = new RoutePlan { Name = "stuck", Paths = [new PathMatch(Stuck, IsPrefix: false)], Action = new ProxyAction(upstream) };
        return new ProxySetup { Limits = limits, Routes = [route], OtherUpstreams = [upstream] };
    }
}
