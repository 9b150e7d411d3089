using System.Net;
using System.Net.Sockets;

namespace Sluice.Load.Processes;

/// <summary>A temporary folder for configurations, payloads and logs of one run; deleted at the end.</summary>
internal sealed class Workspace : IDisposable
{
    // Below the range that Linux takes ports from for whoever names none, which a load of new connections goes through in seconds.
    private const int FirstPort = 16_384;
    private const int LastPort = 32_767;
    private const int TriesMax = 100;

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
        for (int tries = 1; ; tries++)
        {
            int port = Random.Shared.Next(FirstPort, LastPort + 1);
            try
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException) when (tries < TriesMax)
            {
                // Somebody has it.
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
