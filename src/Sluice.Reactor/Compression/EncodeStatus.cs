namespace Sluice.Reactor.Compression;

/// <summary>How far an encoder has got.</summary>
public enum EncodeStatus
{
    /// <summary>All of the input was taken, and what was asked for is put out.</summary>
    Done,

    /// <summary>There is no more room: call again with the rest of the input, the same operation and more room.</summary>
    OutputFull,

    /// <summary>There is no memory. Nothing else can go wrong with it.</summary>
    Failed,
}
