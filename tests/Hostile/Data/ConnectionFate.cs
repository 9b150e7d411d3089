namespace Sluice.Hostile.Data;

/// <summary>What becomes of the client's connection after the last response.</summary>
internal enum ConnectionFate
{
    /// <summary>The proxy closes it.</summary>
    Closed,

    /// <summary>It takes another request.</summary>
    Open,

    /// <summary>Either is right.</summary>
    Either,
}
