using System.CommandLine;
using System.Text.Json;
using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Tls;

/// <summary>`handshakes`: the client of handshakes as a process of its own, because only a process can be pinned to a core from outside.</summary>
internal static class HandshakeCommand
{
    private const string Name = "handshakes";
    private const int ClientCount = 16;

    public static Command Build()
    {
        var port = new Argument<int>("port");
        var seconds = new Argument<int>("run-seconds");
        var kind = new Argument<HandshakeKind>("kind");
        var command = new Command(Name, "The client of handshakes of `tls`") { port, seconds, kind };
        command.Hidden = true;
        command.SetAction(line =>
        {
            WrkResult result = HandshakeLoad.Run(line.GetValue(port), line.GetValue(seconds), ClientCount, line.GetValue(kind) == HandshakeKind.Resumed);
            Console.WriteLine(JsonSerializer.Serialize(result));
            return 0;
        });
        return command;
    }

    public static async Task<WrkResult> RunChildAsync(int port, int seconds, HandshakeKind kind, int? cpu, CancellationToken stop)
    {
        string self = Path.Combine(AppContext.BaseDirectory, "Load");
        string output = await ChildProcess.RunAsync(cpu, TimeSpan.FromSeconds(seconds + 20), self, [Name, $"{port}", $"{seconds}", $"{kind}"], stop);
        return JsonSerializer.Deserialize<WrkResult>(output) ?? throw new BenchException(output);
    }
}
