using System.Buffers.Text;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Grpc;

/// <summary>The value of <c>grpc-timeout</c>: how long the client waits for the whole call (grpc/doc/PROTOCOL-HTTP2.md): up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int DigitsMax = 8;
    private const long NumberMax = 99_999_999;

    private const long MillisecondUs = 1_000;
    private const long SecondUs = 1_000 * MillisecondUs;
    private const long MinuteUs = 60 * SecondUs;
    private const long HourUs = 60 * MinuteUs;

    // Below it thousandths of a second would be too coarse; above it, the finer the unit the less it is worth to remember the field (RFC 7541).
    private const long FineUs = 100 * MillisecondUs;

    /// <summary>Reads a value. False when it breaks the rules.</summary>
    /// <param name="value">The value.</param>
    /// <param name="timeoutUs">Microseconds, rounded up; 0 only for what says so.</param>
    public static bool TryParse(ReadOnlySpan<byte> value, out long timeoutUs)
    {
        timeoutUs = 0;
        if (value.Length is < 2 or > DigitsMax + 1
            || value[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(value[..^1], out long number, out _))
        {
            return false;
        }

        timeoutUs = value[^1] switch
        {
            (byte)'H' => number * HourUs,
            (byte)'M' => number * MinuteUs,
            (byte)'S' => number * SecondUs,
            (byte)'m' => number * MillisecondUs,
            (byte)'u' => number,
            (byte)'n' => (number + 999) / 1_000,
            _ => -1,
        };
        return timeoutUs >= 0;
    }

    /// <summary>Writes the field with what is left, rounded down; at least a microsecond, since none is no value.</summary>
    public static void Append(ref HeadWriter writer, long timeoutUs)
    {
        writer.Append("grpc-timeout: "u8);
        AppendValue(ref writer, Math.Max(timeoutUs, 1));
        writer.Append("\r\n"u8);
    }

    private static void AppendValue(ref HeadWriter writer, long timeoutUs)
    {
        long unitUs = timeoutUs < FineUs ? 1
            : timeoutUs / MillisecondUs <= NumberMax ? MillisecondUs
            : timeoutUs / SecondUs <= NumberMax ? SecondUs
            : HourUs;
        writer.AppendNumber(Math.Min(timeoutUs / unitUs, NumberMax));
        writer.Append(unitUs switch { 1 => "u"u8, MillisecondUs => "m"u8, SecondUs => "S"u8, _ => "H"u8 });
    }
}
