using Sluice.Http.Http1;

namespace Sluice.Http.Tests.Support;

/// <summary>Reads responses in every way their bytes can arrive.</summary>
internal static class Responses
{
    private const int Offset = 3;

    private static readonly HeadLimits Limits = new(8 * 1024, 64 * 1024, 200);

    internal static ResponseHead Parse(string message, RequestMethod method = RequestMethod.Get)
    {
        (ResponseHead head, ResponseHeadReader reader, ReadStatus status) = Read(Bytes.Of(message), [message.Length], method, Limits);
        Assert.True(status == ReadStatus.Done, $"{status} {reader.Violation}");
        return head;
    }

    internal static string ReadAnyWay(byte[] message, RequestMethod method = RequestMethod.Get, HeadLimits? limits = null)
    {
        string? expected = null;
        foreach (int[] ends in Bytes.Cuts(message.Length))
        {
            (ResponseHead head, ResponseHeadReader reader, ReadStatus status) = Read(message, ends, method, limits ?? Limits);
            string outcome = HeadOutcome.Describe(head, reader, status, Offset);
            expected ??= outcome;
            Assert.True(expected == outcome, $"cut at {ends[0]}:\n{outcome}\ninstead of\n{expected}");
        }

        return expected!;
    }

    internal static void AssertViolation(Violation violation, string message, HeadLimits? limits = null) =>
        Assert.Equal($"Failed {violation}", ReadAnyWay(Bytes.Of(message), RequestMethod.Get, limits));

    private static (ResponseHead Head, ResponseHeadReader Reader, ReadStatus Status) Read(byte[] message, int[] ends, RequestMethod method, HeadLimits limits)
    {
        var head = new ResponseHead();
        var reader = new ResponseHeadReader(head);
        reader.Begin(Offset, limits, method);
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
