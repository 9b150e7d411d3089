using System.Diagnostics;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>A folder below which files are opened, and never outside: the kernel decides (openat2(2)), so that no spelling, link or race leads out.</summary>
/// <remarks>
/// One loop, one user at a time. Where the kernel has no openat2 (before Linux 5.6, or behind a filter that doesn't know it) each part of the path is opened by itself
/// and no link is followed. Opening is a system call on the loop, which a file system on a network may take its time for.
/// </remarks>
public sealed unsafe class FileRoot
{
    /// <summary>The longest path that is looked for, in bytes: PATH_MAX without its end.</summary>
    public const int PathBytesMax = 4095;

    // A file that is opened may be a pipe, which nobody may be writing to, or a terminal.
    private const int OpenFlags = LibC.OpenReadOnly | LibC.OpenNonBlock | LibC.OpenCloExec | LibC.OpenNoTerminal;

    // A rename somewhere above may make the kernel unsure whether a ".." of a link stayed below (EAGAIN).
    private const int TriesMax = 8;

    private static readonly bool KernelResolves = AsksKernel();

    private readonly EventLoop _loop;
    private readonly LinkPolicy _links;
    private readonly bool _kernelResolves;
    private int _fd;

    private FileRoot(EventLoop loop, int fd, LinkPolicy links, in FileStatus status, bool kernelResolves)
    {
        _loop = loop;
        _fd = fd;
        _links = links;
        _kernelResolves = kernelResolves;
        Status = status;
    }

    /// <summary>What it is.</summary>
    public FileStatus Status { get; }

    /// <summary>Opens a folder by its path, whatever links lead there.</summary>
    /// <param name="loop">Whose it is.</param>
    /// <param name="path">The path.</param>
    /// <param name="links">Which links are followed below it.</param>
    /// <param name="root">The folder; null when it isn't open.</param>
    public static FileOpening Open(EventLoop loop, string path, LinkPolicy links, out FileRoot? root) => Open(loop, path, links, KernelResolves, out root);

    /// <summary>The same, with the kernel's resolution or without.</summary>
    internal static FileOpening Open(EventLoop loop, string path, LinkPolicy links, bool kernelResolves, out FileRoot? root)
    {
        root = null;
        loop.Counters.OtherCalls += 2;
        int fd = LibC.OpenFile(path, LibC.OpenPath | LibC.OpenCloExec);
        if (fd < 0)
        {
            return Classify(Marshal.GetLastPInvokeError());
        }

        bool isExhausted = DescriptorReserve.Holds(fd);
        if (!isExhausted && FileStatus.Read(fd) is { IsFolder: true } status)
        {
            root = new FileRoot(loop, fd, links, status, kernelResolves);
            return FileOpening.Opened;
        }

        _ = LibC.Close(fd);
        return isExhausted ? FileOpening.Exhausted : FileOpening.Missing;
    }

    /// <summary>Opens what is at a path below the folder: a file, or a folder to be listed.</summary>
    /// <param name="path">
    /// Relative, without a slash at its beginning, without empty segments and those of dots; a NUL behind its end. Bytes as the file system has them, of which the last
    /// may be a slash.
    /// </param>
    /// <param name="file">The file, retained once for the caller; null when it isn't open.</param>
    public FileOpening Open(ReadOnlySpan<byte> path, out OpenedFile? file)
    {
        FileOpening opening = Open(path, out int fd, out FileStatus status);
        file = opening == FileOpening.Opened ? new OpenedFile(_loop, fd, status) : null;
        return opening;
    }

    /// <summary>Whether what is at a path could be opened now, and what it is. Allocates nothing.</summary>
    public FileOpening Look(ReadOnlySpan<byte> path, out FileStatus status)
    {
        FileOpening opening = Open(path, out int fd, out status);
        if (opening == FileOpening.Opened)
        {
            _loop.Counters.OtherCalls++;
            _ = LibC.Close(fd);
        }

        return opening;
    }

    /// <summary>Closes the folder; files that were opened stay.</summary>
    public void Close()
    {
        if (_fd >= 0)
        {
            _loop.Counters.OtherCalls++;
            _ = LibC.Close(_fd);
            _fd = -1;
        }
    }

    // Whether the kernel knows the call; a filter may answer EPERM in its place.
    private static bool AsksKernel()
    {
        OpenHow how = new() { Flags = LibC.OpenPath | LibC.OpenCloExec, Resolve = LibC.ResolveBeneath };
        fixed (byte* here = "."u8)
        {
            nint fd = LibC.OpenAt2(LibC.CallOpenAt2, LibC.AtCurrentFolder, here, &how, (nuint)sizeof(OpenHow));
            if (fd >= 0)
            {
                _ = LibC.Close((int)fd);
            }

            return fd >= 0;
        }
    }

    private static FileOpening Classify(int error) => error switch
    {
        Errno.AccessDenied or Errno.NotPermitted => FileOpening.Refused,
        Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.OutOfMemory => FileOpening.Exhausted,
        Errno.NoEntry or Errno.NotFolder or Errno.NoSuchDevice or Errno.TooManyLinks or Errno.CrossDevice or Errno.NameTooLong
            or Errno.InvalidArgument or Errno.TryAgain => FileOpening.Missing,
        _ => FileOpening.Failed,
    };

    private FileOpening Open(ReadOnlySpan<byte> path, out int fd, out FileStatus status)
    {
        Debug.Assert(_fd >= 0, "The folder is open.");
        Debug.Assert(path.Length > 0 && path[^1] == 0 && path[0] != '/', "A relative path with its NUL.");
        status = default;
        fd = path.Length > PathBytesMax + 1 ? -Errno.NameTooLong
            : _links == LinkPolicy.Any || _kernelResolves ? OpenResolved(path)
            : OpenStepwise(path);
        if (fd < 0)
        {
            return Classify(-fd);
        }

        _loop.Counters.OtherCalls++;
        FileStatus? found = FileStatus.Read(fd);
        bool isExhausted = DescriptorReserve.Holds(fd);
        if (isExhausted || found is not ({ IsRegular: true } or { IsFolder: true }))
        {
            _ = LibC.Close(fd);
            return isExhausted ? FileOpening.Exhausted : FileOpening.Missing;
        }

        status = found.Value;
        return FileOpening.Opened;
    }

    // The descriptor, or the error negated.
    private int OpenResolved(ReadOnlySpan<byte> path)
    {
        ulong resolve = _links switch
        {
            LinkPolicy.Inside => LibC.ResolveBeneath | LibC.ResolveNoMagicLinks,
            LinkPolicy.None => LibC.ResolveBeneath | LibC.ResolveNoMagicLinks | LibC.ResolveNoLinks,
            _ => LibC.ResolveNoMagicLinks,
        };
        OpenHow how = new() { Flags = OpenFlags, Resolve = resolve };
        fixed (byte* start = path)
        {
            for (int i = 0; ; i++)
            {
                _loop.Counters.OtherCalls++;
                nint fd = _kernelResolves
                    ? LibC.OpenAt2(LibC.CallOpenAt2, _fd, start, &how, (nuint)sizeof(OpenHow))
                    : LibC.OpenAt(_fd, start, OpenFlags);
                int error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error is not (Errno.TryAgain or Errno.Interrupted) || i == TriesMax)
                {
                    return fd < 0 ? -error : (int)fd;
                }
            }
        }
    }

    // One part after the other, each without following a link. Nothing that is renamed meanwhile leads out: every step begins at a folder that is held open.
    private int OpenStepwise(ReadOnlySpan<byte> path)
    {
        Span<byte> part = stackalloc byte[256];
        ReadOnlySpan<byte> rest = path[..^1].TrimEnd((byte)'/');
        int folder = _fd;
        while (true)
        {
            int slash = rest.IndexOf((byte)'/');
            bool isLast = slash < 0;
            ReadOnlySpan<byte> name = isLast ? rest : rest[..slash];
            int fd = -Errno.NameTooLong;
            if (name.Length < part.Length)
            {
                name.CopyTo(part);
                part[name.Length] = 0;
                fd = OpenPart(folder, part, isLast ? OpenFlags : LibC.OpenPath | LibC.OpenCloExec);
            }

            if (folder != _fd)
            {
                _ = LibC.Close(folder);
            }

            if (fd < 0 || isLast)
            {
                return fd;
            }

            folder = fd;
            rest = rest[(slash + 1)..];
        }
    }

    private int OpenPart(int folder, ReadOnlySpan<byte> name, int flags)
    {
        _loop.Counters.OtherCalls++;
        fixed (byte* start = name)
        {
            int fd = LibC.OpenAt(folder, start, flags | LibC.OpenNoFollow);
            return fd < 0 ? -Marshal.GetLastPInvokeError() : fd;
        }
    }
}
