using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>What became of a call about a file.</summary>
/// <param name="Number">0 when it succeeded; otherwise the system's error number.</param>
public readonly record struct FileError(int Number)
{
    private const int Exists = 17;
    private const int NotEmpty = 39;

    /// <summary>It succeeded.</summary>
    public static FileError None => default;

    /// <summary>Whether it failed.</summary>
    public bool HasFailed => Number != 0;

    /// <summary>Whether there is nothing of that name.</summary>
    public bool IsMissing => Number == Errno.NoEntry;

    /// <summary>Whether there is something of that name.</summary>
    public bool IsExisting => Number == Exists;

    /// <summary>Whether what is there is of another kind: a link, a socket, a folder in place of a file or a file in place of a folder.</summary>
    public bool IsOtherKind => Number is Errno.NotFolder or Errno.IsFolder or Errno.TooManyLinks or Errno.NoSuchDevice or NotEmpty;

    /// <summary>The system's words for it.</summary>
    public override string ToString() => HasFailed ? Marshal.GetPInvokeErrorMessage(Number) : "no error";

    /// <summary>The error of the call that was just made on this thread.</summary>
    internal static FileError Last() => new(Marshal.GetLastPInvokeError());
}
