namespace Sluice.Scenarios.Overload;

/// <summary>A disk that takes so many bytes a second, and counts lines.</summary>
/// <param name="bytesPerSecond">How many.</param>
internal sealed class SlowStream(int bytesPerSecond) : Stream
{
    private readonly ManualResetEventSlim _isQuick = new();
    private long _lines;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lines that were written.</summary>
    internal long Lines => Interlocked.Read(ref _lines);

    /// <summary>From here on it takes whatever comes.</summary>
    internal void BecomeQuick() => _isQuick.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        _isQuick.Wait(TimeSpan.FromSeconds((double)count / bytesPerSecond));
        Interlocked.Add(ref _lines, buffer.AsSpan(offset, count).Count((byte)'\n'));
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
