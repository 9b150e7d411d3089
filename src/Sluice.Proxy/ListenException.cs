namespace Sluice.Proxy;

/// <summary>An address can't be listened on; the message names it, says why, and is fit for an operator.</summary>
public sealed class ListenException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public ListenException(string message)
        : base(message)
    {
    }
}
