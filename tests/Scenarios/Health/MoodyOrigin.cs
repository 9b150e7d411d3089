using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Health;

/// <summary>A server that answers every request with the status that it is told to; and checks of its health with another.</summary>
internal sealed class MoodyOrigin : IAsyncDisposable
{
    /// <summary>Where it is checked.</summary>
    internal const string CheckPath = "/healthz";

    private readonly RecordingUpstream _server;
    private volatile int _status;
    private volatile int _checkStatus = 200;
    private int _requests;

    internal MoodyOrigin(int status = 200)
    {
        _status = status;
        _server = RecordingUpstream.Start(request => [Bytes.Of($"HTTP/1.1 {StatusFor(request)} Mood\r\nContent-Length: 2\r\n\r\nok")]);
    }

    /// <summary>What it answers from now on.</summary>
    internal int Status
    {
        set => _status = value;
    }

    /// <summary>What it answers to checks from now on.</summary>
    internal int CheckStatus
    {
        set => _checkStatus = value;
    }

    /// <summary>It as a server of a plan.</summary>
    internal ServerPlan Plan => _server.Plan;

    /// <summary>Requests that it got, without checks.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private int StatusFor(HttpRequest request)
    {
        if (request.StartLine.Contains(CheckPath, StringComparison.Ordinal))
        {
            return _checkStatus;
        }

        Interlocked.Increment(ref _requests);
        return _status;
    }
}
