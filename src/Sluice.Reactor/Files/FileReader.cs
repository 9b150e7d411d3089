using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Tasks;

namespace Sluice.Reactor.Files;

/// <summary>Reads files without ever letting the loop wait for a disk: what is in memory at once, the rest on the thread pool. One operation at a time.</summary>
/// <remarks>
/// Whether a part is in memory is what the kernel says (preadv2(2) with RWF_NOWAIT); where a file system doesn't tell, it counts as not. After a look that found all of a
/// file there, it is not asked again for <see cref="ResidentMs"/>: a page that is given up within that time is read on the loop.
/// </remarks>
public sealed class FileReader : IThreadPoolWorkItem
{
    /// <summary>For how long a file that was in memory is taken to be there still, in milliseconds.</summary>
    public const int ResidentMs = 1000;

    private const int ScratchBytes = 64 * 1024;
    private const int LoadBytesMax = 1024 * 1024;

    private readonly EventLoop _loop;
    private readonly LoopCompletion<int> _completion = new();
    private OpenedFile? _file;
    private byte[]? _array;
    private int _arrayOffset;
    private long _offset;
    private int _count;
    private int _result;

    /// <summary>Creates a reader for users of a loop.</summary>
    public FileReader(EventLoop loop) => _loop = loop;

    /// <summary>Reads up to so many bytes; fewer where only the first of them are in memory.</summary>
    /// <param name="file">Stays retained until it is done.</param>
    /// <param name="array">Stays untouched until it is done.</param>
    /// <param name="arrayOffset">Where in it.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="offset">Where in the file.</param>
    /// <returns>Bytes, 0 at the end of the file; less when it failed.</returns>
    public ValueTask<int> ReadAsync(OpenedFile file, byte[] array, int arrayOffset, int count, long offset)
    {
        Span<byte> destination = array.AsSpan(arrayOffset, count);
        int read = file.ResidentUntilMs > _loop.NowMs ? ReadOnLoop(file, destination, offset) : file.ReadResident(destination, offset);
        if (read >= 0)
        {
            if (offset == 0 && read == file.Length)
            {
                file.ResidentUntilMs = _loop.NowMs + ResidentMs;
            }

            return new ValueTask<int>(read);
        }

        // Where the kernel doesn't tell part by part, a file that isn't large is brought in as a whole, once for all who read it in the next moment.
        return read == -Errno.NotSupported && file.Length <= LoadBytesMax && count < file.Length
            ? LoadAndReadAsync(file, array, arrayOffset, count, offset)
            : Offload(file, array, arrayOffset, count, offset);
    }

    /// <summary>Sees to it that a part of a file is in memory, so that to send it blocks nobody. 0 when it is; less when it can't be read.</summary>
    public ValueTask<int> LoadAsync(OpenedFile file, int count, long offset)
    {
        if (file.ResidentUntilMs > _loop.NowMs || (IsResident(file, offset) && IsResident(file, offset + count - 1)))
        {
            NoteResident(file, count, offset);
            return new ValueTask<int>(0);
        }

        return Offload(file, null, 0, count, offset);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        _result = _array is null ? ReadThrough(_file!, _offset, _count) : _file!.Read(_array.AsSpan(_arrayOffset, _count), _offset);
        _loop.Post(static state => ((FileReader)state!).End(), this);
    }

    private static bool IsResident(OpenedFile file, long offset)
    {
        Span<byte> probe = stackalloc byte[1];
        return file.ReadResident(probe, offset) >= 0;
    }

    // What is read is in memory then; nobody looks at it.
    private static int ReadThrough(OpenedFile file, long offset, int count)
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(ScratchBytes);
        int read = 1;
        for (int done = 0; done < count && read > 0; done += read)
        {
            read = file.Read(scratch.AsSpan(0, Math.Min(ScratchBytes, count - done)), offset + done);
        }

        ArrayPool<byte>.Shared.Return(scratch);
        return Math.Min(read, 0);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<int> LoadAndReadAsync(OpenedFile file, byte[] array, int arrayOffset, int count, long offset)
    {
        int loaded = await Offload(file, null, 0, (int)file.Length, 0);
        return loaded < 0 ? loaded : ReadOnLoop(file, array.AsSpan(arrayOffset, count), offset);
    }

    private int ReadOnLoop(OpenedFile file, Span<byte> destination, long offset)
    {
        _loop.Counters.OtherCalls++;
        return file.Read(destination, offset);
    }

    private ValueTask<int> Offload(OpenedFile file, byte[]? array, int arrayOffset, int count, long offset)
    {
        Debug.Assert(!_completion.IsPending, "One operation at a time.");
        _file = file;
        _array = array;
        _arrayOffset = arrayOffset;
        _count = count;
        _offset = offset;
        ValueTask<int> done = _completion.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return done;
    }

    // A whole file only: of a part of one there is no telling which part is asked for next.
    private void NoteResident(OpenedFile file, int count, long offset)
    {
        if (offset == 0 && count == file.Length && file.ResidentUntilMs <= _loop.NowMs)
        {
            file.ResidentUntilMs = _loop.NowMs + ResidentMs;
        }
    }

    private void End()
    {
        OpenedFile file = _file!;
        _file = null;
        _array = null;
        if (_result >= 0)
        {
            NoteResident(file, Math.Max(_count, _result), _offset);
        }

        _completion.Complete(_result);
    }
}
