using Sluice.Http.Http1;

namespace Sluice.Http.Tests.Support;

/// <summary>Reads content in every way its bytes can arrive.</summary>
internal static class Bodies
{
    internal static readonly HeadLimits TrailerLimits = new(0, 1024, 10);

    /// <summary>The outcome of reading content; the same for every way to cut it.</summary>
    internal sealed record Outcome(ReadStatus Status, Violation Violation, string Data, int Consumed, string Trailers);

    internal static Outcome ReadAnyWay(string wire, BodyFraming framing = BodyFraming.Chunked, long contentLength = -1)
    {
        byte[] bytes = Bytes.Of(wire);
        Outcome? expected = null;
        foreach (int[] ends in Bytes.Cuts(bytes.Length))
        {
            Outcome outcome = Read(bytes, ends, framing, contentLength);

            // How much of a broken message was taken says nothing: the connection is closed.
            outcome = outcome.Status == ReadStatus.Failed ? outcome with { Consumed = 0 } : outcome;
            expected ??= outcome;
            Assert.True(expected == outcome, $"cut at {ends[0]}: {outcome} instead of {expected}");
        }

        return expected!;
    }

    internal static void AssertViolation(Violation violation, string wire)
    {
        Outcome outcome = ReadAnyWay(wire);
        Assert.Equal((ReadStatus.Failed, violation), (outcome.Status, outcome.Violation));
    }

    internal static Outcome Read(byte[] wire, int[] ends, BodyFraming framing, long contentLength)
    {
        var reader = new BodyReader();
        reader.Begin(framing, contentLength, TrailerLimits);
        var data = new List<byte>();
        ReadStatus status = reader.IsComplete ? ReadStatus.Done : ReadStatus.NeedMore;
        int start = 0;
        foreach (int end in ends)
        {
            const int Offset = 4;
            byte[] buffer = new byte[Offset + end - start + 4];
            wire.AsSpan(start, end - start).CopyTo(buffer.AsSpan(Offset));
            int available = end - start;
            status = reader.Read(buffer, Offset, Offset + available, out int consumed, out int dataStart, out int dataLength);
            Assert.InRange(dataStart, Offset, Offset + available);
            Assert.InRange(dataStart + dataLength, Offset, Offset + available);
            Assert.True(status != ReadStatus.NeedMore || consumed == available, "A reader that wants more takes everything.");
            data.AddRange(buffer.AsSpan(dataStart, dataLength));
            start += consumed;
        }

        Assert.Equal(data.Count, reader.BytesRead);
        Assert.Equal(status == ReadStatus.Done, reader.IsComplete);
        return new Outcome(status, reader.Violation, Bytes.ToText(data.ToArray()), start, HeadOutcome.Describe(reader.Trailers));
    }
}
