using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

/// <summary>An instance both of whose outputs go to one pipe, whose reader stops in the middle: what a service manager that hangs looks like.</summary>
public sealed class LogPipeTests : IDisposable
{
    private const string Hello = "listen: 127.0.0.1:0\nworkers: 1\naccess_log: stdout\noverload: off\nroutes: [{ respond: hello }]\n";

    // Each line has a path of a kilobyte: together several times what the pipe and the queue behind it take.
    private const int Requests = 8_000;
    private const int RequestsAtOnce = 500;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(180);
    private static readonly string Request = $"GET /{new string('p', 1_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Trait("Case", "L-26")]
    [Fact]
    public async Task Reader_ThatStops_HoldsUpNeitherRequestsNorTheEnd()
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        string socket = Path.Combine(Path.GetTempPath(), $"sl{Guid.NewGuid():N}.sock");
        using Process sluice = Start(_folder.Write("a.yaml", Hello), socket);
        try
        {
            IPEndPoint address = await ReadBannerAsync(sluice, deadline.Token);

            await AskAsync(address, deadline.Token);

            Assert.InRange(await DroppedAsync(socket, deadline.Token), 1, Requests);
            using Process kill = Process.Start("sh", ["-c", $"kill -TERM {sluice.Id}"]);
            await sluice.WaitForExitAsync(deadline.Token);
            Assert.Equal(0, sluice.ExitCode);
        }
        finally
        {
            sluice.Kill();
            File.Delete(socket);
        }
    }

    [Trait("Case", "L-26")]
    [Fact]
    public async Task Reader_ThatGoesOn_IsToldThatLinesAreMissing()
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        string socket = Path.Combine(Path.GetTempPath(), $"sl{Guid.NewGuid():N}.sock");
        using Process sluice = Start(_folder.Write("a.yaml", Hello), socket);
        try
        {
            IPEndPoint address = await ReadBannerAsync(sluice, deadline.Token);
            await AskAsync(address, deadline.Token);
            long dropped = await DroppedAsync(socket, deadline.Token);

            // All that was not dropped comes, and only then the end.
            var messages = new List<string>();
            string begun = "";
            int entries = 0;
            while (entries < Requests - dropped)
            {
                Take((await sluice.StandardOutput.ReadLineAsync(deadline.Token))!);
            }

            using Process kill = Process.Start("sh", ["-c", $"kill -TERM {sluice.Id}"]);
            while (await sluice.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                Take(line);
            }

            Assert.Contains("sluice: access log: lines are dropped, because the reader of the output is too slow", messages);
            Assert.Contains($"sluice: access log: {dropped} lines were dropped", messages);
            Assert.Equal(Requests - dropped, entries);

            // The access log is written in blocks that the pipe takes bit by bit: a message may stand in the middle of a line, which goes on behind it.
            void Take(string line)
            {
                int message = line.IndexOf("sluice: ", StringComparison.Ordinal);
                if (message >= 0)
                {
                    begun += line[..message];
                    messages.Add(line[message..]);
                    return;
                }

                entries += (begun + line).Contains("\"path\":\"/p", StringComparison.Ordinal) ? 1 : 0;
                begun = "";
            }
        }
        finally
        {
            sluice.Kill();
            File.Delete(socket);
        }
    }

    // The shell makes both outputs one pipe, as `2>&1 |` does.
    private static Process Start(string file, string socket)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$0\" run -c \"$1\" 2>&1", Path.Combine(AppContext.BaseDirectory, "sluice"), file])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["SLUICE_SOCKET"] = socket;
        return Process.Start(start)!;
    }

    // Then nobody reads any more.
    private static async Task<IPEndPoint> ReadBannerAsync(Process sluice, CancellationToken deadline)
    {
        string? address = null;
        while (await sluice.StandardOutput.ReadLineAsync(deadline) is { } line)
        {
            Match listening = Regex.Match(line, "listening +http://([^ ]+)");
            address = listening.Success ? listening.Groups[1].Value : address;
            if (line.Contains("serving", StringComparison.Ordinal))
            {
                break;
            }
        }

        return IPEndPoint.Parse(address!);
    }

    private static async Task AskAsync(IPEndPoint address, CancellationToken deadline)
    {
        byte[] requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Request, RequestsAtOnce)));
        byte[] buffer = new byte[256 * 1024];
        for (int asked = 0; asked < Requests; asked += RequestsAtOnce)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(address, deadline);
            Task sending = client.SendAsync(requests, deadline).AsTask();
            var text = new StringBuilder();
            while (Regex.Count(text.ToString(), "\r\n\r\nhello") < RequestsAtOnce)
            {
                int count = await client.ReceiveAsync(buffer, deadline);
                Assert.NotEqual(0, count);
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }

            await sending;
        }
    }

    // The line of the last request comes after its response, and before the end of its connection is seen.
    private static async Task<long> DroppedAsync(string socket, CancellationToken deadline)
    {
        string page;
        do
        {
            page = await MetricsPage.ReadAsync(socket, deadline);
        }
        while (MetricsPage.ValueOf(page, "sluice_connections") > 0);

        page = await MetricsPage.ReadAsync(socket, deadline);
        return (long)MetricsPage.ValueOf(page, "sluice_access_log_dropped_lines_total");
    }
}
