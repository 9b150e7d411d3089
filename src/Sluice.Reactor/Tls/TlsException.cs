namespace Sluice.Reactor.Tls;

/// <summary>OpenSSL can't do what a configuration asks for; never thrown for what a peer does.</summary>
public sealed class TlsException : Exception
{
    /// <summary>Creates one.</summary>
    public TlsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with a cause.</summary>
    public TlsException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
