using Sluice.Http.Headers;

namespace Sluice.Http.Http2;

/// <summary>How soon a response is wanted (RFC 9218, section 4).</summary>
/// <param name="Urgency">0, the first, to 7, the last.</param>
/// <param name="Incremental">Whether parts are of use, so that responses of the same urgency take turns.</param>
public readonly record struct StreamPriority(byte Urgency, bool Incremental)
{
    /// <summary>The largest urgency.</summary>
    public const int UrgencyMax = 7;

    /// <summary>What holds where nobody said anything.</summary>
    public static readonly StreamPriority Default = new(3, Incremental: false);

    /// <summary>Reads a <c>Priority</c> field or the value of a PRIORITY_UPDATE. What is not understood counts as not said (section 4).</summary>
    public static StreamPriority Parse(ReadOnlySpan<byte> value)
    {
        StreamPriority priority = Default;
        foreach (ReadOnlySpan<byte> element in new ListElements(value))
        {
            if (element.Length == 3 && element.StartsWith("u="u8) && element[2] is >= (byte)'0' and <= (byte)'0' + UrgencyMax)
            {
                priority = priority with { Urgency = (byte)(element[2] - '0') };
            }
            else if (element.SequenceEqual("i"u8) || element.SequenceEqual("i=?1"u8))
            {
                priority = priority with { Incremental = true };
            }
            else if (element.SequenceEqual("i=?0"u8))
            {
                priority = priority with { Incremental = false };
            }
        }

        return priority;
    }
}
