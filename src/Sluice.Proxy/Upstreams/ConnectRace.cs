using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Resolution;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>
/// A connection being made to a server with addresses of both families, either of which may lead nowhere without a word (RFC 8305, section 5): families take
/// turns, an attempt begins when the one before has failed or 250 ms after it began, and the first that succeeds ends the others. Reused.
/// </summary>
/// <remarks>Belongs to one loop. It ends when its last attempt has ended, so that nothing of it is on its way when it is used again.</remarks>
internal sealed class ConnectRace : ICancelableWait, ITimerTarget
{
    // "Connection Attempt Delay" (RFC 8305, section 8).
    private const int AttemptDelayMs = 250;

    // Three of each family; another server of the upstream is worth more than a seventh address.
    private const int AttemptsMax = 6;

    private readonly EventLoop _loop;
    private readonly LoopTimer _timer;
    private readonly Connector[] _connectors = new Connector[AttemptsMax];
    private readonly LoopCompletion<IoResult> _completion = new();
    private TargetList _targets = TargetList.Empty;
    private StreamSocket? _winner;
    private IoResult _result;
    private uint _turn;
    private bool _beginsWithIpv6;
    private bool _isCanceled;
    private long _deadlineMs;
    private int _started;
    private int _running;

    public ConnectRace(EventLoop loop)
    {
        _loop = loop;
        _timer = loop.Timers.Create(this);
    }

    /// <summary>Whether the connection that was made is one over IPv6.</summary>
    public bool IsWonByIpv6 { get; private set; }

    /// <summary>Connects, and leaves the result for <see cref="TakeSocket"/>. Ends as the last attempt did, or with <see cref="IoResult.Canceled"/>.</summary>
    /// <param name="targets">Addresses of both families.</param>
    /// <param name="turn">Goes up by one with each connection: each begins with the next address.</param>
    /// <param name="beginsWithIpv6">The family of the first attempt.</param>
    /// <param name="timeoutMs">For all attempts together.</param>
    public ValueTask<IoResult> ConnectAsync(TargetList targets, uint turn, bool beginsWithIpv6, int timeoutMs)
    {
        Debug.Assert(_running == 0 && _winner is null, "One race at a time.");
        Debug.Assert(targets.HasBothFamilies, "With one family there is nothing to race.");
        _targets = targets;
        _turn = turn;
        _beginsWithIpv6 = beginsWithIpv6;
        _deadlineMs = _loop.NowMs + timeoutMs;
        _isCanceled = false;
        _started = 0;
        ValueTask<IoResult> end = _completion.Begin();
        StartNext();
        return end;
    }

    /// <summary>Hands over the socket, null if there is none. Who takes it owns it.</summary>
    public StreamSocket? TakeSocket()
    {
        StreamSocket? socket = _winner;
        _winner = null;
        return socket;
    }

    /// <inheritdoc/>
    public void CancelWait()
    {
        if (_completion.IsPending)
        {
            // Counted like an attempt, so that the race isn't over, and used again, while its attempts are gone through.
            _isCanceled = true;
            _running++;
            CancelAttempts();
            EndOne();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => StartNext();

    // Attempts 0, 2 and 4 are of the first family, until the other has no more addresses.
    private bool TryFindNext(out SocketTarget? target, out bool isIpv6)
    {
        int first = _targets.CountOf(_beginsWithIpv6);
        int second = _targets.CountOf(!_beginsWithIpv6);
        int pairs = Math.Min(first, second);
        bool isFirst = _started < 2 * pairs ? _started % 2 == 0 : first > second;
        int attempt = _started < 2 * pairs ? _started / 2 : _started - pairs;
        isIpv6 = isFirst == _beginsWithIpv6;
        bool isLeft = _started < Math.Min(AttemptsMax, first + second);
        target = isLeft ? _targets.At(_turn, isIpv6, attempt) : null;
        return isLeft;
    }

    private void StartNext()
    {
        if (TryFindNext(out SocketTarget? target, out bool isIpv6))
        {
            Connector connector = _connectors[_started++] ??= new Connector(_loop);
            _timer.Set(AttemptDelayMs);
            _ = RunAsync(connector, target!, isIpv6);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask RunAsync(Connector connector, SocketTarget target, bool isIpv6)
    {
        _running++;
        int leftMs = (int)Math.Max(_deadlineMs - _loop.NowMs, 1);
        IoResult result = await connector.ConnectAsync(target, leftMs);
        StreamSocket? socket = connector.TakeSocket();
        if (_winner is not null || _isCanceled)
        {
            socket?.Close();
        }
        else if (socket is not null)
        {
            _winner = socket;
            IsWonByIpv6 = isIpv6;
            _result = result;
            CancelAttempts();
        }
        else
        {
            _result = result;
            if (_loop.NowMs < _deadlineMs)
            {
                StartNext();
            }
        }

        EndOne();
    }

    // Last of all: while one is counted, nobody takes the race to be over.
    private void EndOne()
    {
        _running--;
        if (_running == 0)
        {
            _timer.Stop();
            _completion.Complete(_isCanceled ? IoResult.Canceled : _result);
        }
    }

    private void CancelAttempts()
    {
        _timer.Stop();
        for (int i = 0; i < _started; i++)
        {
            _connectors[i].Cancel();
        }
    }
}
