using System.Net.Security;

namespace Sluice.TestKit.Certificates;

/// <summary>The first words of real clients, to be broken by tests.</summary>
public static class ClientHellos
{
    /// <summary>The record with the ClientHello of .NET's own client for a host.</summary>
    public static byte[] Of(string host)
    {
        var recorder = new RecordingStream();
        using var stream = new SslStream(recorder);
        try
        {
            stream.AuthenticateAsClient(host);
        }
        catch (IOException)
        {
            // Nobody answers: the stream ends after what was wanted of it.
        }

        return recorder.Written.ToArray();
    }

    private sealed class RecordingStream : Stream
    {
        public MemoryStream Written { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
