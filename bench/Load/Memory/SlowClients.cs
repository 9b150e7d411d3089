using System.Net.Sockets;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;

namespace Sluice.Load.Memory;

/// <summary>Clients that read a large response far slower than the origin could send it.</summary>
internal static class SlowClients
{
    /// <summary>Small, so that the kernel hides little of the slowness: what does not fit waits in the proxy or behind it.</summary>
    private const int ReceiveBufferBytes = 32 * 1024;

    private const int TickMs = 50;

    /// <summary>Each client reads this much per tick: 1 MiB/s, about ten seconds for its 10 MiB.</summary>
    private const int BytesPerTick = 1024 * 1024 / (1000 / TickMs);

    /// <summary>Ends when every client has its whole body.</summary>
    /// <exception cref="BenchException">A response was cut short.</exception>
    public static Task RunAsync(Contender contender, int count, CancellationToken stop)
    {
        return Task.WhenAll(Enumerable.Range(0, count).Select(_ => ReadOneAsync(contender, stop)));
    }

    private static async Task ReadOneAsync(Contender contender, CancellationToken stop)
    {
        using Socket socket = await RawRequest.ConnectAsync(contender.Port, ReceiveBufferBytes, stop);
        await socket.SendAsync(RawRequest.Get(Origin.HugePath), stop);
        (int headBytes, int received) = await RawRequest.ReceiveHeadAsync(socket, 0, stop);
        int missing = Origin.HugeBytes - (received - headBytes);
        byte[] buffer = new byte[BytesPerTick];
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(TickMs));
        while (missing > 0)
        {
            await ticks.WaitForNextTickAsync(stop);
            int budget = Math.Min(BytesPerTick, missing);
            while (budget > 0)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(0, budget), stop);
                if (count == 0)
                {
                    throw new BenchException($"{contender.Name} cut a slow client's response short by {missing} bytes");
                }

                budget -= count;
                missing -= count;
            }
        }
    }
}
