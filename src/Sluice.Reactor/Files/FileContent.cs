using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>Reads and writes open files at positions, with errors as values. Any thread; blocks as file systems do, so not for a loop.</summary>
public static unsafe class FileContent
{
    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <returns>Bytes; -1 when it failed.</returns>
    public static int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            nint read;
            fixed (byte* start = buffer[done..])
            {
                read = FileCalls.ReadAt(file, start, (nuint)(buffer.Length - done), offset + done);
            }

            if (read == 0)
            {
                break;
            }

            if (read < 0 && FileError.Last().Number != Errno.Interrupted)
            {
                return -1;
            }

            done += (int)Math.Max(read, 0);
        }

        return done;
    }

    /// <summary>Fills two buffers with what is at a position, one behind the other.</summary>
    /// <returns>Whether all of it was there.</returns>
    public static bool ReadBoth(SafeFileHandle file, Span<byte> first, Span<byte> second, long offset)
    {
        nint read;
        fixed (byte* firstStart = first, secondStart = second)
        {
            IoVector* vectors = stackalloc IoVector[2];
            vectors[0] = new IoVector { Start = firstStart, Length = (nuint)first.Length };
            vectors[1] = new IoVector { Start = secondStart, Length = (nuint)second.Length };
            read = FileCalls.ReadManyAt(file, vectors, 2, offset);
        }

        // Less than all of it is rare: a signal, or the end of the file.
        return read == first.Length + second.Length
            || (Read(file, first, offset) == first.Length && Read(file, second, offset + first.Length) == second.Length);
    }

    /// <summary>Writes all of a buffer.</summary>
    public static FileError Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
            {
                written = FileCalls.WriteAt(file, start, (nuint)buffer.Length, offset);
            }

            if (written < 0 && FileError.Last() is var error && error.Number != Errno.Interrupted)
            {
                return error;
            }

            buffer = buffer[(int)Math.Max(written, 0)..];
            offset += Math.Max(written, 0);
        }

        return FileError.None;
    }

    /// <summary>Sets the time of the last change, in seconds since 1970, and leaves that of the last access.</summary>
    public static FileError SetModified(SafeFileHandle file, long unixSeconds)
    {
        long* times = stackalloc long[4];
        times[1] = FileCalls.OmitTime;
        times[2] = unixSeconds;
        return FileCalls.SetTimes(file, times) == 0 ? FileError.None : FileError.Last();
    }
}
