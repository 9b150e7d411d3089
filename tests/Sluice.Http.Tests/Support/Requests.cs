using Sluice.Http.Http1;

namespace Sluice.Http.Tests.Support;

/// <summary>Reads requests in every way their bytes can arrive.</summary>
internal static class Requests
{
    internal static readonly HeadLimits Limits = new(8 * 1024, 32 * 1024, 100);

    // Heads do not begin at the start of a buffer when requests are pipelined.
    private const int Offset = 5;

    /// <summary>Reads a message whole and leaves the head to look at.</summary>
    internal static RequestHead Parse(string message)
    {
        (RequestHead head, RequestHeadReader reader, ReadStatus status) = Read(Bytes.Of(message), [message.Length], Limits);
        Assert.True(status == ReadStatus.Done, $"{status} {reader.Violation}");
        return head;
    }

    /// <summary>Reads a message in every way and asserts that the outcome is always the same.</summary>
    /// <returns>That outcome.</returns>
    internal static string ReadAnyWay(byte[] message, HeadLimits? limits = null)
    {
        string? expected = null;
        foreach (int[] ends in Bytes.Cuts(message.Length))
        {
            (RequestHead head, RequestHeadReader reader, ReadStatus status) = Read(message, ends, limits ?? Limits);
            string outcome = HeadOutcome.Describe(head, reader, status, Offset);
            expected ??= outcome;
            Assert.True(expected == outcome, $"cut at {ends[0]}:\n{outcome}\ninstead of\n{expected}");
        }

        return expected!;
    }

    internal static void AssertViolation(Violation violation, string message, HeadLimits? limits = null) =>
        Assert.Equal($"Failed {violation}", ReadAnyWay(Bytes.Of(message), limits));

    internal static void AssertDone(string message) => Assert.StartsWith("Done", ReadAnyWay(Bytes.Of(message)), StringComparison.Ordinal);

    // A new array for every step, with bytes behind the end that would fail every message: a reader that looks there or keeps the old one is found out.
    internal static (RequestHead Head, RequestHeadReader Reader, ReadStatus Status) Read(byte[] message, int[] ends, HeadLimits limits, int defaultPort = 80)
    {
        var head = new RequestHead();
        var reader = new RequestHeadReader(head);
        reader.Begin(Offset, limits, defaultPort);
        ReadStatus status = ReadStatus.NeedMore;
        foreach (int end in ends)
        {
            byte[] buffer = new byte[Offset + message.Length + 8];
            message.AsSpan(0, end).CopyTo(buffer.AsSpan(Offset));
            status = reader.Read(buffer, Offset + end);
        }

        return (head, reader, status);
    }
}
