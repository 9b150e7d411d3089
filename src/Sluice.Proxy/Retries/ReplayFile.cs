using Sluice.Reactor;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Retries;

/// <summary>A temporary file without a name, written and read on the thread pool: the loop never waits for a disk. One operation at a time, begun and ended on the loop.</summary>
internal sealed class ReplayFile : IThreadPoolWorkItem
{
    private readonly LoopCompletion<int> _completion = new();
    private readonly EventLoop _loop;
    private readonly string _folder;
    private FileStream? _file;
    private byte[] _array = [];
    private int _offset;
    private int _count;
    private long _position;
    private bool _isWrite;
    private int _result;

    /// <summary>Creates it; the file is made with the first write.</summary>
    /// <param name="loop">Whose operations they are.</param>
    /// <param name="folder">Where it is made; null for the system's folder.</param>
    public ReplayFile(EventLoop loop, string? folder)
    {
        _loop = loop;
        _folder = folder ?? Path.GetTempPath();
    }

    /// <summary>Writes behind what was written before; the bytes have to stay until it is done. Negative when that failed.</summary>
    public ValueTask<int> WriteAsync(byte[] array, int offset, int count, long position) => BeginAsync(array, offset, count, position, isWrite: true);

    /// <summary>Reads up to so many bytes; negative when that failed.</summary>
    public ValueTask<int> ReadAsync(byte[] array, int count, long position) => BeginAsync(array, 0, count, position, isWrite: false);

    /// <summary>Closes the file, whose space is free then. No operation is going on.</summary>
    public void Close()
    {
        if (_file is { } file)
        {
            // To give back much space may take a while, too.
            _file = null;
            ThreadPool.UnsafeQueueUserWorkItem(static file => file.Dispose(), file, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _result = Run();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            // No folder, no space, no right: the request goes on, and is not sent again.
            _result = -1;
        }

        _loop.Post(static state => ((ReplayFile)state!).End(), this);
    }

    private ValueTask<int> BeginAsync(byte[] array, int offset, int count, long position, bool isWrite)
    {
        _array = array;
        _offset = offset;
        _count = count;
        _position = position;
        _isWrite = isWrite;
        ValueTask<int> done = _completion.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return done;
    }

    private int Run()
    {
        _file ??= Create(_folder);
        if (!_isWrite)
        {
            return RandomAccess.Read(_file.SafeFileHandle, _array.AsSpan(0, _count), _position);
        }

        RandomAccess.Write(_file.SafeFileHandle, _array.AsSpan(_offset, _count), _position);
        return _count;
    }

    // Nobody else is to read it: only its owner may, and its name is gone at once.
    private static FileStream Create(string folder)
    {
        string path = Path.Combine(folder, $".sluice-{Guid.NewGuid():N}");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        return file;
    }

    private void End()
    {
        _array = [];
        _completion.Complete(_result);
    }
}
