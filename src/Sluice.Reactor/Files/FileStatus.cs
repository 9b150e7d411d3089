using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>What the kernel knows of a file, as far as .NET doesn't tell it: statx(2).</summary>
/// <param name="Device">Of the file system. With <paramref name="Inode"/> it says which file it is, whatever its name.</param>
/// <param name="Inode">The number of the file within it.</param>
/// <param name="SizeBytes">The size.</param>
/// <param name="ModifiedSeconds">When the content changed, in seconds since 1970.</param>
/// <param name="ModifiedNanoseconds">The rest of that, 0 to 999,999,999, in the steps of the kernel's clock (4 ms).</param>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Mode">Type and permissions as in <c>st_mode</c>.</param>
public readonly record struct FileStatus(
    ulong Device, ulong Inode, ulong SizeBytes, long ModifiedSeconds, uint ModifiedNanoseconds, uint UserId, uint GroupId, ushort Mode)
{
    // inode(7).
    private const int TypeMask = 0xF000;
    private const int SocketType = 0xC000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;
    private const int LinkType = 0xA000;

    /// <summary>Whether it is a unix socket.</summary>
    public bool IsSocket => (Mode & TypeMask) == SocketType;

    /// <summary>Whether it is a file with content: no directory, device, pipe or socket.</summary>
    public bool IsRegular => (Mode & TypeMask) == RegularType;

    /// <summary>Whether it is a directory.</summary>
    public bool IsFolder => (Mode & TypeMask) == FolderType;

    /// <summary>Whether it is a symbolic link; only where links are not followed.</summary>
    public bool IsLink => (Mode & TypeMask) == LinkType;

    /// <summary>When the content changed, in ticks of UTC.</summary>
    public long ModifiedTicks => DateTime.UnixEpoch.Ticks + (ModifiedSeconds * TimeSpan.TicksPerSecond) + (ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>The permissions, such as octal 600.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xFFF);

    /// <summary>Asks the kernel. Blocks as file systems do; any thread.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followLinks">Whether a symbolic link stands for what it points to.</param>
    /// <returns>Null when there is no such file, or it can't be looked at.</returns>
    public static unsafe FileStatus? Read(string path, bool followLinks = true)
    {
        FileStatusBuffer status = default;
        int flags = followLinks ? 0 : LibC.AtNoFollow;
        if (LibC.FileStatus(LibC.AtCurrentFolder, path, flags, LibC.StatxBasic, &status) != 0)
        {
            return null;
        }

        return Of(status);
    }

    /// <summary>Asks the kernel about an open file; null when it can't tell.</summary>
    internal static unsafe FileStatus? Read(int fd)
    {
        byte empty = 0;
        return Read(fd, &empty, LibC.AtEmptyPath);
    }

    /// <summary>Asks the kernel about a name in an open folder; null when it can't tell.</summary>
    internal static unsafe FileStatus? Read(int folder, byte* name, int flags)
    {
        FileStatusBuffer status = default;
        return LibC.FileStatus(folder, name, flags, LibC.StatxBasic, &status) == 0 ? Of(status) : null;
    }

    /// <summary>Asks the kernel about an open file; null when it can't tell. Blocks as file systems do; any thread.</summary>
    public static unsafe FileStatus? Read(SafeFileHandle file)
    {
        byte empty = 0;
        return Read(file, &empty, LibC.AtEmptyPath);
    }

    /// <summary>Asks the kernel about a name in an open folder; null when it can't tell.</summary>
    internal static unsafe FileStatus? Read(SafeFileHandle folder, byte* name, int flags)
    {
        FileStatusBuffer status = default;
        return FileCalls.StatusAt(folder, name, flags, LibC.StatxBasic, &status) == 0 ? Of(status) : null;
    }

    private static FileStatus Of(in FileStatusBuffer status)
    {
        ulong device = ((ulong)status.DeviceMajor << 32) | status.DeviceMinor;
        return new FileStatus(
            device, status.Inode, status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds, status.UserId, status.GroupId, status.Mode);
    }
}
