using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>Gives files to users and groups: fchown(2).</summary>
public static class FileOwner
{
    /// <summary>Gives an open file an owner and a group; any thread.</summary>
    /// <returns>Whether it has them now. A user other than root can only change the group, and only to one of its own.</returns>
    public static bool TrySet(SafeFileHandle file, uint userId, uint groupId) => LibC.ChangeOwner(file, userId, groupId) == 0;
}
