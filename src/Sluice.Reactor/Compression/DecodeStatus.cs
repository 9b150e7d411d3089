namespace Sluice.Reactor.Compression;

/// <summary>How far a decoder has got.</summary>
public enum DecodeStatus
{
    /// <summary>All of the input was taken, and all that follows from it is put out.</summary>
    NeedsInput,

    /// <summary>There is no more room: call again with the rest of the input, even if there is none, and more room.</summary>
    OutputFull,

    /// <summary>The input is not what it is said to be, or has something behind its end; or there is no memory.</summary>
    Failed,
}
