namespace Sluice.TestKit.Sockets;

/// <summary>How far a peer's direction of a connection has come.</summary>
public enum ConnectionEnd
{
    /// <summary>More may come.</summary>
    Open,

    /// <summary>The peer sent a FIN.</summary>
    Closed,

    /// <summary>The peer sent a RST.</summary>
    Reset,
}
