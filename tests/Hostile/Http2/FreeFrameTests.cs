using Sluice.TestKit.Http2;

namespace Sluice.Hostile.Http2;

/// <summary>Frames that nobody can hold against a client one by one, as many as it can send: the others on its loop go on all the same.</summary>
[Collection(AttackGroup.Name)]
public sealed class FreeFrameTests
{
    private const int PerWrite = 5_000;
    private const int Streams = 100;

    [Theory]
    [InlineData("window update of a stream that is over", "window_update_flood")]
    [InlineData("answers to no ping", "ping_flood")]
    [InlineData("acknowledgements of no settings", "settings_flood")]
    public async Task Frames_ThatNobodyAskedFor_EndTheConnection(string kind, string reason)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        uint stream = await client.SendRequestAsync();
        await client.ReadResponseAsync(stream);
        byte[] frame = kind switch
        {
            "answers to no ping" => Frames.Ping(ack: true),
            "acknowledgements of no settings" => Frames.SettingsAck,
            _ => Frames.WindowUpdate(stream, 1 << 20),
        };

        await AttackStage.FloodAsync(client, Frames.Repeat(frame, PerWrite), 1_000);

        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        await stage.ExpectReasonAsync(reason);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task WindowUpdates_OfOpenStreams_LeaveTurnsToOthers()
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;
        var block = new List<byte>();
        for (int i = 0; i < Streams; i++)
        {
            uint stream = await client.SendRequestAsync();
            block.AddRange(Frames.WindowUpdate(stream, 1_024));
        }

        // Faster than the proxy acts on them, so that there is always something to be read.
        byte[] flood = Frames.Repeat([.. block], 4 * PerWrite / Streams);
        client.StepTimeout = TimeSpan.FromSeconds(120);
        Task reading = client.ReadToEndAsync();
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        while (!over.IsCancellationRequested && await client.FloodAsync(flood, 20) == 20)
        {
        }

        Assert.True(over.IsCancellationRequested);
        await stage.ExpectHealthyAsync();
        client.Abort();
        await reading;
    }
}
