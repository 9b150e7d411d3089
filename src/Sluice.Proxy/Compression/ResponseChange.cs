namespace Sluice.Proxy.Compression;

/// <summary>What is done with the encoding of a response's content.</summary>
internal enum ResponseChange : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is compressed.</summary>
    Compress,

    /// <summary>It is decompressed.</summary>
    Decompress,
}
