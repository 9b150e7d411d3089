using Sluice.Reactor.Compression;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Reactor.Tests.Compression;

public sealed class EncoderTests
{
    public static TheoryData<string> Names => ["gzip", "br", "zstd"];

    public static TheoryData<string, int> Levels => new()
    {
        { "gzip", 1 }, { "gzip", 5 }, { "gzip", 9 }, { "br", 0 }, { "br", 4 }, { "br", 11 }, { "zstd", 1 }, { "zstd", 3 }, { "zstd", 19 },
    };

    [Fact]
    public void Zstd_IsOnThisSystem() => Assert.True(CompressionLibraries.HasZstd);

    [Fact]
    public void Library_ThatIsMissingOrTooOld_IsNotThere()
    {
        Assert.False(CompressionLibraries.IsThere("libnothing.so.7", "nothing"));
        Assert.False(CompressionLibraries.IsThere("libzstd.so.1", "ZSTD_nothing"));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Message_AtEveryLevel_IsReadByOthers(string name, int level)
    {
        byte[] content = Codecs.Text(300_000);
        byte[] compressed = Codecs.Compress(Codecs.EncoderOf(name), content, new EncoderSettings(level, content.Length, 0), 32 * 1024, 32 * 1024);
        Assert.InRange(compressed.Length, 1, content.Length / 3);
        Assert.Equal(content, Codecs.Check(name, compressed));
    }

    // Where a length is known the window is no larger than the content needs: nothing is lost by that.
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(761)]
    [InlineData(762)]
    [InlineData(4_096)]
    [InlineData(7_929)]
    [InlineData(7_930)]
    [InlineData(16_121)]
    [InlineData(16_122)]
    [InlineData(40_000)]
    public void Gzip_OfAKnownLength_IsAsSmallAsOfAnUnknownOne(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        byte[][] contents = [Codecs.Text(length), noise, new byte[length]];
        foreach (byte[] content in contents)
        {
            foreach (int level in (int[])[1, 5, 9])
            {
                byte[] known = Codecs.Compress(Codecs.EncoderOf("gzip"), content, new EncoderSettings(level, length, 0), 1024, 4096);
                byte[] unknown = Codecs.Compress(Codecs.EncoderOf("gzip"), content, new EncoderSettings(level, -1, 0), 1024, 4096);
                Assert.Equal(content, Codecs.Check("gzip", known));
                Assert.InRange(known.Length, 1, unknown.Length + (unknown.Length / 100) + 16);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_InPartsAndRoomsOfAnySize_IsTheSame(string name)
    {
        byte[] content = Codecs.Text(5_000);
        StreamEncoder encoder = Codecs.EncoderOf(name);
        foreach (int part in (int[])[1, 2, 7, 1024, 5_000])
        {
            foreach (int room in (int[])[1, 2, 3, 7, 9, 31, 1024])
            {
                byte[] compressed = Codecs.Compress(encoder, content, new EncoderSettings(3, part == 7 ? content.Length : -1, 0), part, room);
                Assert.Equal(content, Codecs.Check(name, compressed));
            }
        }

        encoder.Free();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_OfNothing_IsReadByOthers(string name) => Assert.Empty(Codecs.Check(name, Codecs.Compress(name, [])));

    [Theory]
    [MemberData(nameof(Names))]
    public void Flush_AfterEachPart_LetsItBeReadWithoutTheNext(string name)
    {
        StreamEncoder encoder = Codecs.EncoderOf(name);
        StreamDecoder decoder = Codecs.DecoderOf(name);
        Assert.True(encoder.TryBegin(new EncoderSettings(3, -1, 0)) && decoder.TryBegin());
        for (int i = 0; i < 50; i++)
        {
            byte[] part = Codecs.Text(1 + (i * 37));
            var compressed = new MemoryStream();
            Codecs.Run(encoder, part, EncodeOperation.Flush, compressed, StreamEncoder.RoomMin);
            byte[] room = new byte[4096];
            Assert.Equal(DecodeStatus.NeedsInput, decoder.Decode(compressed.ToArray(), room, out _, out int written));
            Assert.Equal(part, room.AsSpan(0, written));
        }

        encoder.End();
        decoder.End();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Flush_OfNothingNew_Ends(string name)
    {
        StreamEncoder encoder = Codecs.EncoderOf(name);
        Assert.True(encoder.TryBegin(new EncoderSettings(3, -1, 0)));
        var compressed = new MemoryStream();
        byte[] content = Codecs.Text(100);
        Codecs.Run(encoder, content, EncodeOperation.Flush, compressed, StreamEncoder.RoomMin);
        Codecs.Run(encoder, [], EncodeOperation.Flush, compressed, StreamEncoder.RoomMin);
        Codecs.Run(encoder, [], EncodeOperation.Finish, compressed, StreamEncoder.RoomMin);
        encoder.End();
        Assert.Equal(content, Codecs.Check(name, compressed.ToArray()));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void Padding_MakesTheMessageLonger_AndIsPassedOver(string name)
    {
        byte[] content = Codecs.Text(2_000);
        int plain = Codecs.Compress(name, content).Length;
        foreach (int padding in (int[])[1, 2, 100, EncoderSettings.PaddingMax])
        {
            byte[] padded = Codecs.Compress(Codecs.EncoderOf(name), content, new EncoderSettings(3, -1, padding), content.Length, StreamEncoder.RoomMin);
            Assert.InRange(padded.Length, plain + padding, plain + padding + 4);
            Assert.Equal(content, Codecs.Check(name, padded));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encoder_AfterAMessageThatWasBrokenOff_BeginsAnew(string name)
    {
        StreamEncoder encoder = Codecs.EncoderOf(name);
        Assert.True(encoder.TryBegin(new EncoderSettings(3, 100_000, 0)));
        Codecs.Run(encoder, Codecs.Text(50_000), EncodeOperation.Continue, new MemoryStream(), StreamEncoder.RoomMin);
        encoder.End();
        byte[] content = Codecs.Text(10_000);
        Assert.Equal(content, Codecs.Check(name, Codecs.Compress(encoder, content, new EncoderSettings(3, -1, 0), 100, 1024)));
        encoder.Free();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Messages_OneAfterAnother_AllocateNothing(string name)
    {
        StreamEncoder encoder = Codecs.EncoderOf(name);
        StreamDecoder decoder = Codecs.DecoderOf(name);
        byte[] content = Codecs.Text(20_000);
        byte[] room = new byte[32 * 1024];
        byte[] text = new byte[32 * 1024];
        double allocated = Allocations.PerRound(20, _ =>
        {
            Assert.True(encoder.TryBegin(new EncoderSettings(1, -1, name == "zstd" ? 0 : 50)) && decoder.TryBegin());
            encoder.Encode(content, EncodeOperation.Finish, room, out _, out int length);
            decoder.Decode(room.AsSpan(0, length), text, out _, out _);
            encoder.End();
            decoder.End();
        });
        Assert.Equal(0, allocated);
        encoder.Free();
    }
}
