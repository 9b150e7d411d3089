namespace Sluice.Reactor.Compression;

/// <summary>
/// Compresses one message after another, each pushed in part by part; between messages it owns next to nothing. For one thread at a time, whichever. No managed memory is allocated.
/// </summary>
public abstract class StreamEncoder
{
    /// <summary>The room that the first call of <see cref="Encode"/> must have, in bytes.</summary>
    public const int RoomMin = 1024;

    /// <summary>Begins a message. False when there is no memory.</summary>
    public abstract bool TryBegin(in EncoderSettings settings);

    /// <summary>Takes the next part. An operation that was begun has to come to its end before the next.</summary>
    /// <param name="input">The part; may be empty.</param>
    /// <param name="operation">What to do with it and what came before.</param>
    /// <param name="output">Where to.</param>
    /// <param name="consumed">Bytes of the input that were taken.</param>
    /// <param name="written">Bytes of the output.</param>
    public abstract EncodeStatus Encode(ReadOnlySpan<byte> input, EncodeOperation operation, Span<byte> output, out int consumed, out int written);

    /// <summary>Ends the message, whole or not, and gives up what was kept for it.</summary>
    public abstract void End();

    /// <summary>Gives up what is kept for the next message.</summary>
    public virtual void Free()
    {
    }
}
