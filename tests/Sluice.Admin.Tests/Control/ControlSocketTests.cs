using System.Net.Sockets;

namespace Sluice.Admin.Control;

public sealed class ControlSocketTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Tests.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NothingThere_MakesASocketForTheOwnerAloneAndRemovesIt()
    {
        string path = _folder.PathOf("c.sock");
        using (ControlSocket.Open(path))
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
            Assert.True(Connects(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void OpenDefault_NoFolder_MakesOneForTheOwnerAlone()
    {
        using ControlSocket socket = ControlSocket.OpenDefault(_folder.PathOf("sluice/c.sock"));

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.PathOf("sluice")));
        Assert.True(Connects(socket.Path));
    }

    [Fact]
    public void OpenDefault_FolderThatOthersCanRead_ClosesIt()
    {
        Directory.CreateDirectory(_folder.PathOf("sluice"), (UnixFileMode)0b111_101_101);

        using ControlSocket socket = ControlSocket.OpenDefault(_folder.PathOf("sluice/c.sock"));

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.PathOf("sluice")));
    }

    [Fact]
    public void OpenDefault_FolderIsLink_IsRefused()
    {
        Directory.CreateDirectory(_folder.PathOf("elsewhere"));
        File.CreateSymbolicLink(_folder.PathOf("sluice"), "elsewhere");

        AssertRefused(() => ControlSocket.OpenDefault(_folder.PathOf("sluice/c.sock")), "it is not a directory");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.PathOf("elsewhere")));
    }

    [Fact]
    public void OpenDefault_FolderThatOthersCanWriteTo_IsRefused()
    {
        Directory.CreateDirectory(_folder.PathOf("sluice"));
        File.SetUnixFileMode(_folder.PathOf("sluice"), (UnixFileMode)0b111_111_111);

        AssertRefused(() => ControlSocket.OpenDefault(_folder.PathOf("sluice/c.sock")), "others can write to it");
    }

    [Fact]
    public void Open_LeftOverSocket_ReplacesIt()
    {
        string path = _folder.PathOf("c.sock");
        LeaveSocket(path);
        Assert.True(File.Exists(path));
        Assert.False(Connects(path));

        using ControlSocket socket = ControlSocket.Open(path);

        Assert.True(Connects(path));
    }

    [Fact]
    public void Open_AnotherInstanceAnswers_IsRefusedAndLeavesIt()
    {
        string path = _folder.PathOf("c.sock");
        using ControlSocket first = ControlSocket.Open(path);

        AssertRefused(() => ControlSocket.Open(path), "another instance has the control socket");
        Assert.True(Connects(path));
    }

    [Fact]
    public void Open_FileThatIsNoSocket_IsRefusedAndLeavesIt()
    {
        string path = _folder.Write("c.sock", "precious");

        AssertRefused(() => ControlSocket.Open(path), "there is a file that is no socket");
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Fact]
    public void Open_FolderMissing_IsRefused() => AssertRefused(() => ControlSocket.Open(_folder.PathOf("no/c.sock")), "there is no directory");

    [Fact]
    public void Open_PathTooLong_IsRefused() => AssertRefused(() => ControlSocket.Open("/tmp/" + new string('a', 90)), "91 bytes at the most");

    [Fact]
    public void Dispose_ReplacedByAnotherInstance_LeavesThatOne()
    {
        string path = _folder.PathOf("c.sock");
        ControlSocket first = ControlSocket.Open(path);
        File.Delete(path);
        using ControlSocket second = ControlSocket.Open(path);

        first.Dispose();

        Assert.True(Connects(path));
    }

    [Fact]
    public async Task Dispose_WhileWaiting_EndsTheWait()
    {
        ControlSocket socket = ControlSocket.Open(_folder.PathOf("c.sock"));
        var waiting = new TaskCompletionSource<bool>();
        new Thread(() => waiting.SetResult(socket.WaitForConnection())) { IsBackground = true }.Start();

        socket.Dispose();

        Assert.False(await waiting.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static void AssertRefused(Func<ControlSocket> open, string reason) =>
        Assert.Contains(reason, Assert.Throws<ControlSocketException>(() => open()).Message, StringComparison.Ordinal);

    // Moved away before it is closed, so that .NET doesn't delete it: as a process that was killed leaves it.
    private void LeaveSocket(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.PathOf("x")));
        socket.Listen();
        File.Move(_folder.PathOf("x"), path);
    }

    private static bool Connects(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
