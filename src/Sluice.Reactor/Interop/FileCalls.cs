using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Reactor.Interop;

/// <summary>The system calls about files that are made, written, moved and removed below an open folder; what is only read has its calls in <see cref="LibC"/>. Constants are those of x64 and arm64.</summary>
internal static unsafe partial class FileCalls
{
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int RemoveFolder = 0x200;
    public const int LockExclusive = 2;
    public const int LockNonBlock = 4;

    // utimensat(2): leave a time as it is.
    public const long OmitTime = 0x3FFFFFFE;

    /// <summary>O_DIRECTORY is one of the few that differ between architectures.</summary>
    public static readonly int Folder = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    // The mode is a variadic argument, which both architectures pass like any other.
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenPath(int folder, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(SafeFileHandle folder, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolderAt(SafeFileHandle folder, byte* name, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int RemoveAt(SafeFileHandle folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int MoveAt(SafeFileHandle folder, byte* name, SafeFileHandle toFolder, byte* toName);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int StatusAt(SafeFileHandle folder, byte* name, int flags, uint mask, FileStatusBuffer* status);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fstatvfs", SetLastError = true)]
    public static partial int FileSystemStatus(SafeFileHandle file, FileSystemStatusBuffer* status);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "preadv", SetLastError = true)]
    public static partial nint ReadManyAt(SafeFileHandle file, IoVector* vectors, int count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(SafeFileHandle file, byte* buffer, nuint count, long offset);

    /// <summary>futimens(3): two times of seconds and nanoseconds.</summary>
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(SafeFileHandle file, long* accessAndModification);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint ReadFolder(nint number, SafeFileHandle folder, byte* buffer, nint count);
}
