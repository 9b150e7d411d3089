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
        int count = random.Next(1, FramesMax);
        bool isOver = false;
        for (int sent = 0; sent < count && !isOver; sent++)
        {
            byte[] frame = NextFrame(client, random);
            bool isSpoilt = random.Next(40) == 0;
            isOver = !await client.TrySendAsync(isSpoilt ? Spoil(frame, random) : frame) || isSpoilt;
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

    private static byte[] NextFrame(Http2Peer client, Random random)
    {
        uint stream = random.Next(3) == 0 ? client.NextStream() : (uint)random.Next(0, 12);
        byte[] frame = random.Next(12) switch
        {
            0 or 1 or 2 => Frames.Headers(client.NextStream(), Block(client, random), end: random.Next(2) == 0, padding: random.Next(4) == 0 ? (byte)random.Next(20) : null),
            3 => Frames.Headers(stream, Block(client, random), end: random.Next(2) == 0),
            4 or 5 => Frames.Data(stream, new byte[random.Next(0, 2_000)], end: random.Next(3) == 0, padding: random.Next(4) == 0 ? (byte)random.Next(256) : null),
            6 => Frames.Reset(stream, (ErrorCode)random.Next(16)),
            7 => Frames.WindowUpdate(stream, (uint)random.Next(0, 100_000)),
            8 => Frames.Settings(((SettingKind)random.Next(0, 10), (uint)random.Next(0, 70_000))),
            9 => random.Next(2) == 0 ? Frames.Priority(stream, (uint)random.Next(0, 20)) : Frames.PriorityUpdate(stream, "u=" + random.Next(0, 9)),
            10 => Frames.Ping((ulong)random.Next(), ack: random.Next(3) == 0),
            _ => Frames.Of((FrameKind)random.Next(0, 20), (FrameMarks)random.Next(256), stream, new byte[random.Next(0, 100)]),
        };
        return frame;
    }

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

    // One bit is another, or the end is missing; where that makes another length of it nobody can tell what the bytes behind it are, so there are none.
    private static byte[] Spoil(byte[] frame, Random random)
    {
        if (random.Next(3) == 0)
        {
            return frame[..random.Next(1, frame.Length)];
        }

        frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
        return frame;
    }
}
