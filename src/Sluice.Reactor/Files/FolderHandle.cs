using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>
/// An open folder whose files are opened, made, moved and removed by name: one name at a time, and never through a symbolic link. So nothing that anybody
/// puts or renames below it leads anywhere else. Any thread; blocks as file systems do, so not for a loop.
/// </summary>
/// <remarks>Names are bytes without a slash, at most <see cref="NameBytesMax"/>; neither "." nor "..".</remarks>
public sealed unsafe class FolderHandle : IDisposable
{
    /// <summary>The longest name, in bytes: NAME_MAX.</summary>
    public const int NameBytesMax = 255;

    private const uint FileMode = 0x180;
    private const uint FolderMode = 0x1C0;

    // struct linux_dirent64: an inode, an offset, the length of the record, a type, the name with its NUL.
    private const int LengthOffset = 16;
    private const int NameOffset = 19;
    private const int BlockBytes = 32 * 1024;

    private readonly SafeFileHandle _folder;

    private FolderHandle(SafeFileHandle folder) => _folder = folder;

    /// <summary>Opens a folder by its path, whatever links lead there; null when that failed.</summary>
    public static FolderHandle? Open(string path, out FileError error)
    {
        SafeFileHandle? folder = Take(FileCalls.OpenPath(LibC.AtCurrentFolder, path, LibC.OpenReadOnly | FileCalls.Folder | LibC.OpenCloExec, 0), out error);
        return folder is null ? null : new FolderHandle(folder);
    }

    /// <summary>Opens a folder in it; null when that failed.</summary>
    public FolderHandle? OpenFolder(ReadOnlySpan<byte> name, out FileError error)
    {
        SafeFileHandle? folder = Open(name, LibC.OpenReadOnly | FileCalls.Folder, 0, out error);
        return folder is null ? null : new FolderHandle(folder);
    }

    /// <summary>Opens a file for reading, or for writing in place, too; null when that failed. It may be no regular file: ask <see cref="FileStatus"/>.</summary>
    public SafeFileHandle? OpenFile(ReadOnlySpan<byte> name, bool writes, out FileError error) =>
        Open(name, (writes ? FileCalls.ReadWrite : LibC.OpenReadOnly) | LibC.OpenNonBlock | LibC.OpenNoTerminal, 0, out error);

    /// <summary>Makes a file that only this user may read; null when that failed, as where something of the name exists.</summary>
    public SafeFileHandle? CreateFile(ReadOnlySpan<byte> name, out FileError error) =>
        Open(name, FileCalls.ReadWrite | FileCalls.Create | FileCalls.Exclusive, FileMode, out error);

    /// <summary>Makes a folder that only this user may look into.</summary>
    public FileError MakeFolder(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[NameBytesMax + 1];
        Terminate(name, path);
        return FileCalls.MakeFolderAt(_folder, path, FolderMode) == 0 ? FileError.None : FileError.Last();
    }

    /// <summary>Removes what has a name: a file, a link, a socket, a pipe, or an empty folder.</summary>
    public FileError Remove(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[NameBytesMax + 1];
        Terminate(name, path);
        if (FileCalls.RemoveAt(_folder, path, 0) == 0)
        {
            return FileError.None;
        }

        FileError error = FileError.Last();
        if (!error.IsOtherKind)
        {
            return error;
        }

        return FileCalls.RemoveAt(_folder, path, FileCalls.RemoveFolder) == 0 ? FileError.None : FileError.Last();
    }

    /// <summary>Removes a folder, if it is empty.</summary>
    public FileError RemoveFolder(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[NameBytesMax + 1];
        Terminate(name, path);
        return FileCalls.RemoveAt(_folder, path, FileCalls.RemoveFolder) == 0 ? FileError.None : FileError.Last();
    }

    /// <summary>Moves a file into another folder of the same file system, atomically in the place of a file that is there.</summary>
    public FileError Move(ReadOnlySpan<byte> name, FolderHandle toFolder, ReadOnlySpan<byte> toName)
    {
        byte* path = stackalloc byte[NameBytesMax + 1];
        byte* toPath = stackalloc byte[NameBytesMax + 1];
        Terminate(name, path);
        Terminate(toName, toPath);
        return FileCalls.MoveAt(_folder, path, toFolder._folder, toPath) == 0 ? FileError.None : FileError.Last();
    }

    /// <summary>What has a name, a link itself; null when there is nothing, or it can't be looked at.</summary>
    public FileStatus? StatusOf(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[NameBytesMax + 1];
        Terminate(name, path);
        return FileStatus.Read(_folder, path, LibC.AtNoFollow);
    }

    /// <summary>Locks it for this process, for as long as it is open: flock(2). Fails where another has it locked.</summary>
    public FileError Lock() => FileCalls.Lock(_folder, FileCalls.LockExclusive | FileCalls.LockNonBlock) == 0 ? FileError.None : FileError.Last();

    /// <summary>What is free on its file system for users other than root, in bytes; -1 when that can't be found out.</summary>
    public long FreeBytes()
    {
        FileSystemStatusBuffer status = default;
        return FileCalls.FileSystemStatus(_folder, &status) == 0 ? (long)Math.Min(status.AvailableBlocks * status.FragmentBytes, long.MaxValue) : -1;
    }

    /// <summary>Adds the names of all that is in it to a list, in no order, as the file system has them. Once per handle.</summary>
    public FileError List(List<byte[]> names)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        nint read = 1;
        while (read > 0)
        {
            fixed (byte* start = block)
            {
                read = FileCalls.ReadFolder(LibC.CallReadFolder, _folder, start, block.Length);
            }

            AddNames(block.AsSpan(0, (int)Math.Max(read, 0)), names);
        }

        FileError error = read < 0 ? FileError.Last() : FileError.None;
        ArrayPool<byte>.Shared.Return(block);
        return error;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static void AddNames(ReadOnlySpan<byte> records, List<byte[]> names)
    {
        while (!records.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(records[LengthOffset..]);
            ReadOnlySpan<byte> name = records[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(name.ToArray());
            }

            records = records[length..];
        }
    }

    private static void Terminate(ReadOnlySpan<byte> name, byte* path)
    {
        Debug.Assert(name.Length is > 0 and <= NameBytesMax && !name.ContainsAny((byte)'/', (byte)0), "One name.");
        Debug.Assert(!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8), "Below the folder.");
        name.CopyTo(new Span<byte>(path, NameBytesMax));
        path[name.Length] = 0;
    }

    private static SafeFileHandle? Take(int fd, out FileError error)
    {
        if (fd < 0)
        {
            error = FileError.Last();
            return null;
        }

        if (DescriptorReserve.Holds(fd))
        {
            _ = LibC.Close(fd);
            error = new FileError(Errno.TooManyFiles);
            return null;
        }

        error = FileError.None;
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private SafeFileHandle? Open(ReadOnlySpan<byte> name, int flags, uint mode, out FileError error)
    {
        byte* path = stackalloc byte[NameBytesMax + 1];
        Terminate(name, path);
        return Take(FileCalls.OpenAt(_folder, path, flags | LibC.OpenNoFollow | LibC.OpenCloExec, mode), out error);
    }
}
