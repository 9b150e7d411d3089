namespace Sluice.Reactor.Compression;

/// <summary>What an encoder is to do with what it was given so far.</summary>
public enum EncodeOperation
{
    /// <summary>Keep as much of it as compresses well.</summary>
    Continue,

    /// <summary>Put out all of it, so that it can be decoded without what follows.</summary>
    Flush,

    /// <summary>Put out all of it, and the end.</summary>
    Finish,
}
