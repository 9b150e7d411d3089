using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Hostile.Http2;

/// <summary>
/// Connections of frames that are right, a little wrong and nonsense, by chance: whatever comes, the proxy keeps to RFC 9113 in what it sends
/// itself, ends what it must, harms nobody else and leaves nothing behind. A failure names the seed.
/// </summary>
[Collection(AttackGroup.Name)]
public sealed class RandomFramesTests
{
    private const int ConnectionsPerSeed = 100;
    private const int FramesMax = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Frames_ByChance_EndInOrder(int seed)
    {
        await using AttackStage stage = AttackStage.Start();
        for (int i = 0; i < ConnectionsPerSeed; i++)
        {
            var random = new Random((seed * 100_000) + i);
            Http2Peer client = await stage.ConnectAsync(Settings(random));
            client.GrantsWindows = random.Next(4) > 0;
            await RunAsync(client, random);
            await client.DisposeAsync();
        }

        Assert.Empty(stage.Recorder.Deviations);
        await stage.ExpectHealthyAsync();
    }

    private static async Task RunAsync(Http2Peer client, Random random)
    {
        // Whatever ends the connection ends the reading; a frame that breaks RFC 9113 fails it.
        Task reading = client.ReadToEndAsync();
        var frames = new RandomFrames(random, client.NextStream, () => Block(client, random));
        int count = random.Next(1, FramesMax);
        bool isOver = false;
        for (int sent = 0; sent < count && !isOver; sent++)
        {
            (byte[] frame, bool isSpoilt) = frames.Next();
            isOver = !await client.TrySendAsync(frame) || isSpoilt;
        }

        // Half of them go without a word.
        if (random.Next(2) == 0)
        {
            client.Abort();
        }
        else
        {
            client.TryShutdownSend();
        }

        await reading;
    }

    private static (SettingKind Kind, uint Value)[] Settings(Random random) => random.Next(4) switch
    {
        0 => [(SettingKind.InitialWindowSize, (uint)random.Next(0, 100))],
        1 => [(SettingKind.HeaderTableSize, (uint)random.Next(0, 10_000)), (SettingKind.MaxFrameSize, 20_000)],
        _ => [],
    };

    private static byte[] Block(Http2Peer client, Random random)
    {
        string method = random.Next(3) switch { 0 => "GET", 1 => "POST", _ => "PUT" };
        FieldBlock block = client.Request(method, "/" + random.Next(100));
        return random.Next(6) switch
        {
            0 => block.AddIncremental("x-" + random.Next(10), new string('v', random.Next(500))).ToArray(),
            1 => block.Indexed(random.Next(1, 70)).ToArray(),
            2 => block.Add("content-length", random.Next(0, 3_000).ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray(),
            3 => new FieldBlock().Add("x-trailer", "1").ToArray(),
            _ => block.Add("cookie", "a=1").AddHuffman("cookie", "b=2").ToArray(),
        };
    }
}
