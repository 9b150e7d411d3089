namespace Sluice.Scenarios.Grpc;

/// <summary>Decodes base64 as it comes, in which every four characters stand for themselves: there may be padding in the middle (gRPC-Web in text).</summary>
internal sealed class Base64Stream(Stream text) : Stream
{
    private const int QuantumChars = 4;

    private byte[] _decoded = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_decoded.Length == 0)
        {
            byte[] quantum = new byte[QuantumChars];
            int read = await text.ReadAtLeastAsync(quantum, QuantumChars, throwOnEndOfStream: false, cancellationToken);
            Assert.True(read is 0 or QuantumChars, $"{read} characters at the end.");
            _decoded = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(quantum, 0, read));
        }

        int count = Math.Min(buffer.Length, _decoded.Length);
        _decoded.AsMemory(0, count).CopyTo(buffer);
        _decoded = _decoded[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
