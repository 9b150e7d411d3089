using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

/// <summary>A program under <c>ulimit -n</c> that listens and keeps what it accepts.</summary>
public sealed class DescriptorExhaustionTests
{
    private const int Limit = 192;
    private const int Connections = 260;
    private const int CpuMsMax = 300;

    // An eighth is left to the runtime, which has some already.
    private const int ReserveMin = Limit / 8;

    [Trait("Case", "L-07")]
    [Trait("Case", "L-09")]
    [Fact]
    public async Task Listener_DescriptorsRunOut_PausesWithoutSpinningAndResumes()
    {
        using Process host = StartHost();
        var clients = new List<Socket>();
        try
        {
            int port = int.Parse((await host.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            await AskAsync(host, "state");
            for (int i = 0; i < Connections; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                client.Connect(new IPEndPoint(IPAddress.Loopback, port));
            }

            State paused = await UntilAsync(host, static state => state.Pauses > 0);
            Assert.InRange(paused.Accepted, 10, Limit);

            // What the runtime can't do without must still be possible.
            await AskAsync(host, "thread");

            // A second of real time is what is measured here: spinning would use all of it. One of several, since the runtime compiles in between, and closes what it had opened to start:
            // for each of those one more connection fits.
            State before = paused;
            State later = await StateAfterASecondAsync(host);
            for (int i = 0; i < 4 && (later.Accepted > before.Accepted || later.CpuMs - before.CpuMs > CpuMsMax); i++)
            {
                before = later;
                later = await StateAfterASecondAsync(host);
            }

            Assert.Equal(before.Accepted, later.Accepted);
            Assert.Equal(1, later.Pauses);
            Assert.InRange(later.CpuMs - before.CpuMs, 0, CpuMsMax);
            Assert.InRange(later.Accepted, paused.Accepted, Limit - ReserveMin);

            // It looks ten times a second; what is shown here is that it does at all.
            await AskAsync(host, "free");
            await UntilAsync(host, state => state.Accepted > later.Accepted);
            await AskAsync(host, "free");
            await UntilAsync(host, static state => state.Accepted == Connections);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
            host.Kill();
            Assert.True(host.WaitForExit(Reactors.Patience));
        }
    }

    private static Process StartHost()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Sluice.Reactor.ScarceHost.dll");
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"ulimit -n {Limit} && exec \"$0\" \"$1\"");
        start.ArgumentList.Add(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        start.ArgumentList.Add(program);
        return Process.Start(start)!;
    }

    private static async Task<State> StateAfterASecondAsync(Process host)
    {
        await Task.Delay(1000);
        return await AskAsync(host, "state");
    }

    private static async Task<State> UntilAsync(Process host, Func<State, bool> condition)
    {
        long deadline = LoopClock.NowMs + (long)Reactors.Patience.TotalMilliseconds;
        while (true)
        {
            State state = await AskAsync(host, "state");
            if (condition(state))
            {
                return state;
            }

            Assert.True(LoopClock.NowMs < deadline, $"Still {state}.");
            await Task.Delay(10);
        }
    }

    private static async Task<State> AskAsync(Process host, string command)
    {
        await host.StandardInput.WriteLineAsync(command);
        await host.StandardInput.FlushAsync();
        string answer = (await host.StandardOutput.ReadLineAsync().WaitAsync(Reactors.Patience))!;
        int[] numbers = [.. answer.Split(' ').Select(static word => int.Parse(word, CultureInfo.InvariantCulture))];
        return new State(numbers[0], numbers[1], numbers[2]);
    }

    private sealed record State(int Accepted, int Pauses, int CpuMs);
}
