using System.Net.Sockets;
using Sluice.Reactor.Files;

namespace Sluice.Admin.Control;

/// <summary>The listening unix socket of an instance.</summary>
/// <remarks>
/// <list type="number">
/// <item>The folder of the default path is made with mode 0700; it must be ours, a folder and no link.</item>
/// <item>A socket at the path that somebody answers at is another instance; one that nobody answers at is left over, and replaced.</item>
/// <item>The socket is bound in a new folder of mode 0700 beside the path, and gets mode 0600 there: nobody else can ever connect.</item>
/// <item>Then it is moved to its path, which replaces what was left over in one step.</item>
/// </list>
/// Of two instances that start at the same path at the same moment, the later one gets it and the earlier one is not reachable any more.
/// </remarks>
public sealed class ControlSocket : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const int Backlog = 256;

    // sun_path holds 108 bytes, the last of them zero (unix(7)); the folder beside the path adds up to 16.
    private const int PathBytesMax = 91;

    private readonly FileStatus? _file;
    private volatile bool _isDisposed;

    private ControlSocket(string path, Socket socket)
    {
        Path = path;
        Socket = socket;
        _file = FileStatus.Read(path, followLinks: false);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Whether nothing is at its path any more, so that nobody can connect. What somebody else put there is theirs.</summary>
    public bool IsLost => FileStatus.Read(Path, followLinks: false) is null;

    /// <summary>The socket, already listening.</summary>
    internal Socket Socket { get; }

    /// <summary>Makes the socket of the default path, and its folder.</summary>
    /// <exception cref="ControlSocketException">It can't be made.</exception>
    public static ControlSocket OpenDefault(string path) => Guard(path, () =>
    {
        // 1. The folder.
        PrepareFolder(System.IO.Path.GetDirectoryName(path)!);
        return OpenIn(path);
    });

    /// <summary>Makes the socket at a path that the operator chose; its folder must exist.</summary>
    /// <exception cref="ControlSocketException">It can't be made.</exception>
    public static ControlSocket Open(string path) => Guard(path, () => OpenIn(path));

    /// <summary>Blocks until somebody connects; the connection stays in the queue.</summary>
    /// <returns>False when the socket was disposed instead.</returns>
    internal bool WaitForConnection()
    {
        try
        {
            return Socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead) && !_isDisposed;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Stops listening, and removes the socket from its path unless another instance replaced it.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Socket.Dispose();
        if (FileStatus.Read(Path, followLinks: false) is { } status && status.Inode == _file?.Inode && status.Device == _file?.Device)
        {
            TryDelete(Path);
        }
    }

    private static ControlSocket Guard(string path, Func<ControlSocket> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            throw new ControlSocketException($"cannot make the control socket {path}: {exception.Message}");
        }
    }

    private static ControlSocket OpenIn(string path)
    {
        if (!path.StartsWith('/') || System.Text.Encoding.UTF8.GetByteCount(path) > PathBytesMax)
        {
            throw new ControlSocketException($"cannot make the control socket {path}: the path must be absolute and have {PathBytesMax} bytes at the most");
        }

        string parent = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            throw new ControlSocketException($"cannot make the control socket {path}: there is no directory {parent}");
        }

        // 2. What is there already.
        RefuseOccupied(path);

        // 3. Bind where nobody else can look.
        string folder = $"{parent.TrimEnd('/')}/.sl{Random.Shared.Next():x8}";
        PrepareFolder(folder);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            string hidden = folder + "/s";
            socket.Bind(new UnixDomainSocketEndPoint(hidden));
            File.SetUnixFileMode(hidden, OwnerOnly);
            socket.Listen(Backlog);

            // 4. Show it.
            File.Move(hidden, path, overwrite: true);
            return new ControlSocket(path, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void PrepareFolder(string folder)
    {
        if (FileStatus.Read(folder, followLinks: false) is null)
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }

        // Looked at again, since in /tmp somebody else may have made it first.
        FileStatus? status = FileStatus.Read(folder, followLinks: false);
        string? problem = status is not { IsFolder: true } ? "it is not a directory"
            : status.Value.UserId != ProcessUser.Id ? "it belongs to another user"
            : (status.Value.Permissions & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 ? "others can write to it"
            : null;
        if (problem is not null)
        {
            throw new ControlSocketException($"cannot make the control socket in {folder}: {problem}");
        }

        if (status!.Value.Permissions != OwnerFolder)
        {
            File.SetUnixFileMode(folder, OwnerFolder);
        }
    }

    private static void RefuseOccupied(string path)
    {
        if (FileStatus.Read(path, followLinks: false) is not { } status)
        {
            return;
        }

        if (!status.IsSocket)
        {
            throw new ControlSocketException($"cannot make the control socket {path}: there is a file that is no socket");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Left over by a process that is gone.
            return;
        }

        throw new ControlSocketException(
            $"another instance has the control socket {path}; give each its own with `control: {{ socket: PATH }}` or {ControlPath.Variable}");
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays as a socket that nobody answers at, which the next instance replaces.
        }
    }
}
