namespace Sluice.Load.Reload;

/// <summary>WebSockets that are all open before the first reload, their messages spread over the second.</summary>
internal sealed class EchoClients : IDisposable
{
    private readonly List<EchoClient> _clients;

    private EchoClients(List<EchoClient> clients) => _clients = clients;

    /// <summary>Opens them one after the other: nothing else runs yet.</summary>
    /// <exception cref="BenchException">One was not opened; the run would prove nothing.</exception>
    public static async Task<EchoClients> OpenAsync(int port, int count, FailureTally failures)
    {
        var clients = new EchoClients([.. Enumerable.Range(0, count).Select(number => new EchoClient(number, failures))]);
        foreach (EchoClient client in clients._clients)
        {
            if (!await client.OpenAsync(port))
            {
                clients.Dispose();
                throw new BenchException($"a WebSocket was not opened before the load: {failures.Examples.LastOrDefault()}");
            }
        }

        return clients;
    }

    /// <returns>How many messages came back unchanged.</returns>
    public async Task<long> RunAsync(CancellationToken end)
    {
        long[] echoed = await Task.WhenAll(_clients.Select((client, number) =>
            client.RunAsync(TimeSpan.FromMilliseconds(1000.0 * number / _clients.Count), end)));
        return echoed.Sum();
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());
}
