using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Reports;

namespace Sluice.Load.Start;

/// <summary>`start`: how long a program takes from exec to its first answered request.</summary>
internal static class StartMeasurement
{
    private const int Rounds = 7;
    private const double GoalMs = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        IReadOnlyList<IContenderLauncher> field = await Field.PrepareAsync(options, workspace, stop);
        using Contender origin = Origin.Start(workspace, 1, null);
        await origin.WaitUntilReadyAsync(stop);
        var setup = new ContenderSetup(workspace, origin.Port, 1, null);
        var samples = new List<StartSample>();
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (IContenderLauncher launcher in field)
            {
                stop.ThrowIfCancellationRequested();
                samples.Add(new StartSample(launcher.Name, round, MeasureOnce(launcher, setup)));
            }
        }

        Print(samples);
        await JsonReport.WriteAsync(options.JsonPath, machine, samples, stop);
        return 0;
    }

    /// <summary>Asks in a tight loop: waiting between tries would be what is measured.</summary>
    private static double MeasureOnce(IContenderLauncher launcher, ContenderSetup setup)
    {
        using Contender contender = launcher.Start(setup);
        byte[] request = RawRequest.Get(Origin.SmallPath);
        while (!Answers(contender.Port, request))
        {
            contender.ThrowIfEnded();
            if (Stopwatch.GetElapsedTime(contender.ExecutedAt) > Limit)
            {
                throw new BenchException($"{contender.Name} did not answer within {Limit.TotalSeconds:0} s of its start");
            }
        }

        return Stopwatch.GetElapsedTime(contender.ExecutedAt).TotalMilliseconds;
    }

    private static bool Answers(int port, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = 5000;
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(request);
            byte[] start = new byte[12];
            return socket.Receive(start) == start.Length && start.AsSpan().SequenceEqual("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            // Nobody listens yet.
            return false;
        }
    }

    private static void Print(List<StartSample> samples)
    {
        Console.WriteLine();
        Console.WriteLine($"milliseconds from exec to the first answered request, {Rounds} starts each");
        TextTable.Print(
            ["", "median", "min", "max", "goal"],
            [.. samples.GroupBy(sample => sample.Contender).Select(group => Line(group.Key, [.. group.Select(sample => sample.Milliseconds)]))]);
    }

    private static string[] Line(string name, double[] milliseconds)
    {
        double median = RatioSummary.Middle(milliseconds);
        string goal = name != "sluice" ? "" : $"<= {GoalMs:0}: {(median <= GoalMs ? "met" : "MISSED")}";
        return [name, median.ToString("0.0"), milliseconds.Min().ToString("0.0"), milliseconds.Max().ToString("0.0"), goal];
    }
}
