using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>What the age of a response is calculated from (RFC 9111, section 4.2.3).</summary>
/// <param name="RequestedAt">When the request was sent that it answers, in Unix seconds.</param>
/// <param name="ReceivedAt">When its head was there, in Unix seconds.</param>
/// <param name="AgeValue">The value of <c>Age</c>, in seconds; 0 without one.</param>
public readonly record struct ResponseTimes(long RequestedAt, long ReceivedAt, long AgeValue)
{
    /// <summary>Takes the age from a response; for one that was validated just now, from the response that validated it.</summary>
    public static ResponseTimes Of(FieldTable fields, long requestedAt, long receivedAt) => new(requestedAt, receivedAt, ReadAge(fields));

    /// <summary>The value of <c>Age</c>: of a list the first, and of what is no number 0 (section 5.1).</summary>
    public static long ReadAge(FieldTable fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (!fields.TryGet(KnownField.Age, out ReadOnlySpan<byte> value))
        {
            return 0;
        }

        int comma = value.IndexOf((byte)',');
        return DeltaSeconds.TryParse(FieldBytes.TrimBlanks(comma < 0 ? value : value[..comma]), out long seconds) ? seconds : 0;
    }
}
