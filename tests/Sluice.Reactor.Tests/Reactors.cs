using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests;

/// <summary>Running loops for one test, with listeners to connect ordinary sockets to. Ends by checking that no callback threw.</summary>
internal sealed class Reactors : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<Exception> _bugs = new();
    private readonly List<IDisposable> _owned = [];

    public Reactors(int loops = 1) => Group = new LoopGroup(loops, _bugs.Enqueue, (index, ms) => Stalls.Enqueue((index, ms)));

    public LoopGroup Group { get; }

    public EventLoop Loop => Group.Loops[0];

    public ConcurrentQueue<(int Loop, long Ms)> Stalls { get; } = new();

    public Exception[] Bugs => [.. _bugs];

    /// <summary>An address of a unix socket that is free.</summary>
    public static UnixDomainSocketEndPoint UnixEndPoint() => new(Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.sock"));

    /// <summary>Runs a function on the first loop.</summary>
    public Task<T> On<T>(Func<EventLoop, T> function) => LoopGroup.InvokeAsync(Loop, function).WaitAsync(Patience);

    /// <summary>Runs an asynchronous function on the first loop.</summary>
    /// <param name="function">The function.</param>
    /// <param name="patience">How long it may take, from now on; <see cref="Patience"/> by default.</param>
    public Task<T> OnAsync<T>(Func<EventLoop, Task<T>> function, TimeSpan? patience = null)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(_ => Forward(function(Loop), completion), null);
        return completion.Task.WaitAsync(patience ?? Patience);
    }

    /// <summary>Waits for a condition that is asked for on the loop once a tick.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        long deadline = LoopClock.NowMs + (long)Patience.TotalMilliseconds;
        while (!await On(_ => condition()))
        {
            Assert.True(LoopClock.NowMs < deadline, "The condition did not come true in time.");
            await Task.Yield();
        }
    }

    /// <summary>
    /// How often the first loop waits for events while it is left alone for so long: 1 where nothing wakes it. The fewest of several times, since a message that was posted while the loop was
    /// awake may wake it once more.
    /// </summary>
    public async Task<long> WaitsWithinAsync(int milliseconds)
    {
        long fewest = long.MaxValue;
        for (int i = 0; i < 5 && fewest > 1; i++)
        {
            long before = await On(static loop => loop.Counters.Waits);
            await Task.Delay(milliseconds);
            fewest = Math.Min(fewest, await On(static loop => loop.Counters.Waits) - before);
        }

        return fewest;
    }

    /// <summary>Starts a listener on the first loop.</summary>
    public async Task<(ListeningSocket Socket, CollectingAcceptor Acceptor)> ListenAsync(EndPoint? endPoint = null)
    {
        ListeningSocket socket = ListeningSocket.Open(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0), 1)[0];
        _owned.Add(socket);
        var acceptor = new CollectingAcceptor();
        await On(loop => new Listener(loop, socket, 7, acceptor));
        return (socket, acceptor);
    }

    /// <summary>A connection: its end on the first loop, and an ordinary blocking socket as its peer.</summary>
    public async Task<(StreamSocket Socket, Socket Peer)> ConnectAsync(EndPoint? endPoint = null)
    {
        (ListeningSocket listening, CollectingAcceptor acceptor) = await ListenAsync(endPoint);
        Socket peer = Connect(listening.EndPoint);
        return (await acceptor.NextAsync(), peer);
    }

    /// <summary>An ordinary blocking socket, connected.</summary>
    public Socket Connect(EndPoint endPoint)
    {
        bool isUnix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        _owned.Add(socket);
        socket.Connect(endPoint);
        return socket;
    }

    /// <summary>Holds the loop still while <paramref name="meanwhile"/> runs, so that everything it causes is reported in one batch.</summary>
    public void WhileHeld(Action meanwhile)
    {
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Loop.Post(
            _ =>
            {
                held.Set();
                release.Wait(Patience);
            },
            null);
        Assert.True(held.Wait(Patience));
        try
        {
            meanwhile();
        }
        finally
        {
            release.Set();
        }

        // The callback above has let go of the two events when the next one runs.
        LoopGroup.InvokeAsync(Loop, static _ => true).Wait(Patience);
    }

    public void Dispose()
    {
        Group.Dispose();
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        Assert.Empty(_bugs);
    }

    /// <summary>Says that an exception was meant to escape.</summary>
    public void ForgiveBugs() => _bugs.Clear();

    private static async void Forward<T>(Task<T> task, TaskCompletionSource<T> completion)
    {
        try
        {
            completion.SetResult(await task);
        }
        catch (Exception exception)
        {
            completion.SetException(exception);
        }
    }
}
