namespace Sluice.Reactor.Compression;

/// <summary>Decompresses one message after another, strictly, each pushed in part by part. For one thread at a time. No managed memory is allocated.</summary>
public abstract class StreamDecoder
{
    /// <summary>Whether what came so far is a whole message, or nothing.</summary>
    public bool IsWhole { get; private protected set; }

    /// <summary>Begins a message. False when there is no memory.</summary>
    public abstract bool TryBegin();

    /// <summary>Takes the next part.</summary>
    /// <param name="input">The part; may be empty.</param>
    /// <param name="output">Where to; not empty.</param>
    /// <param name="consumed">Bytes of the input that were taken.</param>
    /// <param name="written">Bytes of the output.</param>
    public abstract DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written);

    /// <summary>Ends the message, whole or not, and gives up what was kept for it.</summary>
    public abstract void End();
}
