namespace Sluice.Http.Http1;

/// <summary>How large a head, or the trailers, may become.</summary>
/// <param name="LineBytesMax">The request line or status line with its CRLF, in bytes.</param>
/// <param name="FieldBytesMax">All field lines together, each with its CRLF, in bytes; the empty line that ends them is not counted.</param>
/// <param name="FieldCountMax">Field lines.</param>
public readonly record struct HeadLimits(int LineBytesMax, int FieldBytesMax, int FieldCountMax);
