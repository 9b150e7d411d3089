using System.Diagnostics;

namespace Sluice.Certificates.Tests.Ocsp;

/// <summary>openssl as a responder.</summary>
internal sealed class OcspResponder : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _log;

    private OcspResponder(Process process)
    {
        _process = process;
        _log = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), process.StandardError.BaseStream.CopyToAsync(Stream.Null));
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="authority">Whose certificates it knows.</param>
    /// <param name="signer">The files of who signs.</param>
    /// <param name="more">More arguments, such as how long answers are valid.</param>
    internal static async Task<OcspResponder> StartAsync(OcspAuthority authority, string signer = "ca", params string[] more)
    {
        string[] arguments =
        [
            "ocsp", "-index", authority.Folder.At("index.txt"), "-CA", authority.Folder.At("ca.pem"), "-port", $"{authority.Port}",
            "-rsigner", authority.Folder.At($"{signer}.pem"), "-rkey", authority.Folder.At($"{signer}.key"), "-rmd", "sha256", .. more,
        ];
        var start = new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        authority.ReleasePort();
        var responder = new OcspResponder(Process.Start(start)!);
        using var deadline = new CancellationTokenSource(StartTimeMax);
        while (!await IsListeningAsync(authority.Port))
        {
            if (responder._process.HasExited)
            {
                throw new InvalidOperationException("openssl ocsp ended");
            }

            await Task.Delay(20, deadline.Token);
        }

        return responder;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _log;
        _process.Dispose();
    }

    // By what the kernel lists: a connection that sends nothing would keep it from serving others.
    private static async Task<bool> IsListeningAsync(int port)
    {
        string port16 = $":{port:X4} ";
        foreach (string table in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
        {
            string[] lines = File.Exists(table) ? await File.ReadAllLinesAsync(table) : [];
            if (lines.Any(line => line.Contains(port16, StringComparison.Ordinal) && line.Contains(" 0A ", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }
}
