namespace Sluice.Load.Rows;

/// <summary>How each connection of a row begins.</summary>
internal enum HandshakeKind
{
    /// <summary>With keys and a certificate.</summary>
    Full,

    /// <summary>With a ticket of the connection before.</summary>
    Resumed,
}
