using System.Runtime.InteropServices;

namespace Sluice.Reactor;

/// <summary>A system call failed where that ends a start-up or is a bug; never thrown for what a peer does.</summary>
public sealed class ReactorException : Exception
{
    private ReactorException(string call, int error)
        : base($"{call}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})") => Error = error;

    /// <summary>The error number of Linux.</summary>
    public int Error { get; }

    /// <summary>Turns a result of -1 into an exception that names the call.</summary>
    internal static int ThrowIfFailed(int result, string call) =>
        result >= 0 ? result : throw new ReactorException(call, Marshal.GetLastPInvokeError());
}
