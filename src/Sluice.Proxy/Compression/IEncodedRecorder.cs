namespace Sluice.Proxy.Compression;

/// <summary>Wants to have what a response is compressed to. On the loop of its exchange.</summary>
internal interface IEncodedRecorder
{
    /// <summary>The head is decided on, and is about to be written: the response is compressed.</summary>
    void Begin();

    /// <summary>A part of the compressed content, before it is sent.</summary>
    void Add(ReadOnlySpan<byte> content, bool isLast);
}
