using Sluice.Load.Processes;

namespace Sluice.Load.Faults;

/// <summary>A network namespace of the bench's own, joined with this one by a pair of interfaces; removed on dispose. Needs root.</summary>
internal sealed class NetworkSpace : IDisposable
{
    // A block that is meant for such tests (RFC 2544; RFC 6890, table 11), so that it is nobody's network.
    private const string Outside = "198.18.77.1";

    private readonly string _name = $"sluice-{Environment.ProcessId}";

    private NetworkSpace()
    {
    }

    /// <summary>The address of what listens inside.</summary>
    public static string Inside => "198.18.77.2";

    /// <exception cref="BenchException">It can't be made: not root, or no <c>ip</c>.</exception>
    public static async Task<NetworkSpace> CreateAsync(CancellationToken stop)
    {
        var space = new NetworkSpace();
        try
        {
            // The interfaces go with the namespace that one end is in.
            await IpAsync($"netns add {space._name}", stop);
            await IpAsync($"link add slx{Environment.ProcessId} type veth peer name inside netns {space._name}", stop);
            await IpAsync($"addr add {Outside}/30 dev slx{Environment.ProcessId}", stop);
            await IpAsync($"link set slx{Environment.ProcessId} up", stop);
            await IpAsync($"-n {space._name} addr add {Inside}/30 dev inside", stop);
            await IpAsync($"-n {space._name} link set inside up", stop);
            return space;
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    /// <summary>The command that runs a program inside, before the program's own.</summary>
    public string[] Enter() => [ProgramPath.Find("ip"), "netns", "exec", _name];

    /// <summary>Swallows everything that goes out of it from now on, without a word to anybody.</summary>
    public Task SwallowAsync(CancellationToken stop) => IpAsync($"-n {_name} route add blackhole {Outside}/32", stop);

    /// <summary>Ends that.</summary>
    public Task ReleaseAsync(CancellationToken stop) => IpAsync($"-n {_name} route del blackhole {Outside}/32", stop);

    public void Dispose() => IpAsync($"netns del {_name}", CancellationToken.None).ContinueWith(
        static removed => removed.Exception is { } failure ? Console.Error.WriteLineAsync($"load: {failure.InnerException?.Message}") : Task.CompletedTask,
        TaskScheduler.Default).Wait();

    private static Task<string> IpAsync(string arguments, CancellationToken stop) =>
        ChildProcess.RunAsync(null, TimeSpan.FromSeconds(5), ProgramPath.Find("ip"), arguments.Split(' '), stop);
}
