namespace Sluice.Http.Http1;

/// <summary>A part of the buffer, as absolute offsets.</summary>
internal readonly record struct TextRange(int Offset, int Length)
{
    internal ReadOnlySpan<byte> In(byte[] buffer) => buffer.AsSpan(Offset, Length);
}
