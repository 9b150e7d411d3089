using System.Net;
using System.Net.Sockets;

namespace Sluice.Load.Processes;

/// <summary>A temporary folder for configurations, payloads and logs of one run; deleted at the end.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-load-");

    public string Write(string name, string text)
    {
        string path = PathOf(name);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        string path = PathOf(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string CreateFolder(string name) => Directory.CreateDirectory(PathOf(name)).FullName;

    /// <summary>
    /// A loopback port that was free a moment ago. Another program may take it in between: then the contender fails to bind and the
    /// bench says so. It is asked for without SO_REUSEPORT, so a left-over listener can't silently share the load.
    /// </summary>
    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
