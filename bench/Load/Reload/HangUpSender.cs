using System.Diagnostics;

namespace Sluice.Load.Reload;

/// <summary>
/// Sends SIGHUP to one process through a shell that stays: starting a `kill` for each would take longer than a reload. The shell ends with
/// its input.
/// </summary>
internal sealed class HangUpSender : IDisposable
{
    private const int EndMs = 1000;

    private readonly Process _shell;

    public HangUpSender(int processId)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"while read line; do kill -HUP {processId} || exit 1; done"])
        {
            RedirectStandardInput = true,
        };
        _shell = Process.Start(start) ?? throw new BenchException("sh did not start");
    }

    /// <exception cref="BenchException">The process is gone.</exception>
    public void Send()
    {
        try
        {
            _shell.StandardInput.Write('\n');
            _shell.StandardInput.Flush();
        }
        catch (IOException failure)
        {
            throw new BenchException("SIGHUP could not be sent: the process is gone", failure);
        }
    }

    public void Dispose()
    {
        _shell.StandardInput.Close();
        if (!_shell.WaitForExit(EndMs))
        {
            _shell.Kill();
        }

        _shell.Dispose();
    }
}
