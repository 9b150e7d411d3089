namespace Sluice.Proxy.Errors;

/// <summary>How far an error reaches.</summary>
public enum ErrorScope
{
    /// <summary>The request alone; the client's connection can go on.</summary>
    Request,

    /// <summary>The connection it happened on.</summary>
    Connection,
}
