using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;

namespace Sluice.Load.Latency;

/// <summary>`open-loop`: the client as a process of its own, because only a process can be pinned to a core from outside.</summary>
internal static class OpenLoopCommand
{
    public const string Name = "open-loop";

    public static Command Build()
    {
        var port = new Argument<int>("port");
        var rate = new Argument<int>("requests-per-second");
        var seconds = new Argument<int>("run-seconds");
        var connections = new Argument<int>("connections");
        var command = new Command(Name, "The client of `latency`") { port, rate, seconds, connections };
        command.Hidden = true;
        command.SetAction((line, stop) => RunAsync(
            line.GetValue(port), line.GetValue(rate), line.GetValue(seconds), line.GetValue(connections), stop));
        return command;
    }

    private static async Task<int> RunAsync(int port, int rate, int seconds, int count, CancellationToken stop)
    {
        byte[] request = RawRequest.Get(Origin.SmallPath);
        var connections = new List<OpenLoopConnection>();
        int responseBytes = 0;
        for (int made = 0; made < count; made++)
        {
            Socket socket = await RawRequest.ConnectAsync(port, null, stop);
            await socket.SendAsync(request, stop);
            (_, responseBytes) = await RawRequest.ReceiveHeadAsync(socket, Origin.SmallBytes, stop);
            socket.Blocking = false;
            connections.Add(new OpenLoopConnection(socket));
        }

        LatencyResult result = new OpenLoopClient(connections, request, responseBytes).Run(rate, seconds);
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }
}
