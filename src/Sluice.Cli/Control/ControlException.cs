namespace Sluice.Cli.Control;

/// <summary>A running instance gave no good answer; the message says so in one line, fit for an operator.</summary>
internal sealed class ControlException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public ControlException(string message)
        : base(message)
    {
    }
}
