using Sluice.Proxy.Concurrency;

namespace Sluice.Proxy.Tests.Concurrency;

/// <summary>A server that works on so many requests at once and has the others wait, behind a limit that follows its response times. In simulated time, a millisecond at a time; the same in every run.</summary>
internal sealed class SimulatedServer(AdaptiveConcurrency concurrency, int seed = 1)
{
    private readonly Random _random = new(seed);
    private readonly Queue<long> _waiting = new();
    private readonly PriorityQueue<long, long> _working = new();
    private double _arrivals;
    private long _evaluateMs;

    /// <summary>Requests that it works on at once.</summary>
    public int Slots { get; set; } = 10;

    /// <summary>How long it works on each, on average.</summary>
    public double WorkMs { get; set; } = 20;

    /// <summary>Whether all take as long, or as chance has it (exponentially).</summary>
    public bool IsRegular { get; set; }

    /// <summary>Requests that come in a second, whatever becomes of others.</summary>
    public double PerSecond { get; set; } = 2_000;

    /// <summary>Whether it answers at all.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>The time.</summary>
    public long NowMs { get; private set; } = 1_000_000;

    /// <summary>What became of requests since <see cref="Forget"/>.</summary>
    public int Answered { get; private set; }

    /// <inheritdoc cref="Answered"/>
    public int TurnedAway { get; private set; }

    /// <summary>The limit while it followed response times, on average over time.</summary>
    public double MeanLimit => _limits.Count == 0 ? 0 : _limits.Average();

    /// <summary>The least limit.</summary>
    public int LeastLimit { get; private set; } = int.MaxValue;

    /// <summary>The greatest limit.</summary>
    public int GreatestLimit { get; private set; }

    private readonly List<int> _limits = [];

    /// <summary>Counts anew.</summary>
    public void Forget()
    {
        Answered = 0;
        TurnedAway = 0;
        LeastLimit = int.MaxValue;
        GreatestLimit = 0;
        _limits.Clear();
    }

    /// <summary>Lets time pass.</summary>
    public void Run(int seconds)
    {
        for (long endMs = NowMs + (seconds * 1_000L); NowMs < endMs; NowMs++)
        {
            Arrive();
            Work();
            if (NowMs >= _evaluateMs)
            {
                _evaluateMs = concurrency.Evaluate(NowMs);
            }

            LeastLimit = Math.Min(LeastLimit, concurrency.Limit);
            GreatestLimit = Math.Max(GreatestLimit, concurrency.Limit);
            if (concurrency.Phase == LimitPhase.Adapting)
            {
                _limits.Add(concurrency.Limit);
            }
        }
    }

    private void Arrive()
    {
        for (_arrivals += PerSecond / 1_000; _arrivals >= 1; _arrivals--)
        {
            if (concurrency.Gate.TryTake())
            {
                _waiting.Enqueue(NowMs);
            }
            else
            {
                TurnedAway++;
            }
        }
    }

    private void Work()
    {
        while (!IsFrozen && _working.TryPeek(out long beganMs, out long endMs) && endMs <= NowMs)
        {
            _working.Dequeue();
            concurrency.Gate.Leave(0);
            concurrency.Add(0, (NowMs - beganMs) * 1_000, NowMs);
            Answered++;
        }

        while (_working.Count < Slots && _waiting.TryDequeue(out long beganMs))
        {
            double workMs = IsRegular ? WorkMs : -WorkMs * Math.Log(1 - _random.NextDouble());
            _working.Enqueue(beganMs, NowMs + Math.Max((long)Math.Round(workMs), 1));
        }
    }
}
