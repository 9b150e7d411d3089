namespace Sluice.Admin.Control;

/// <summary>There can be no control socket; the message says why in one line, fit for an operator.</summary>
public sealed class ControlSocketException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public ControlSocketException(string message)
        : base(message)
    {
    }
}
