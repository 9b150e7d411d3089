namespace Sluice.Proxy.Telemetry;

/// <summary>A block of access-log lines on its way from a worker to the sink. Owned by one of them at a time.</summary>
internal sealed class AccessLogBlock
{
    /// <summary>The size of a block. A line is at most <see cref="AccessLogWriter.LineBytesMax"/> long.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>The lines.</summary>
    public byte[] Bytes { get; } = new byte[BytesMax];

    /// <summary>How much of it is written.</summary>
    public int Length { get; set; }
}
