namespace Sluice.Http.Http2.Hpack;

/// <summary>Whether the encoder puts a field into the dynamic table.</summary>
internal enum Indexing : byte
{
    /// <summary>When it comes for the second time with the same value.</summary>
    OnRepeat = 0,

    /// <summary>No: it changes each time (RFC 7541, section 6.2.2).</summary>
    Without,

    /// <summary>No, and nobody on the way may: it can be guessed piece by piece otherwise (RFC 7541, sections 6.2.3 and 7.1.3).</summary>
    Never,
}
