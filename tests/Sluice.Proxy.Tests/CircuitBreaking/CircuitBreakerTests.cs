using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.CircuitBreaking;

/// <summary>When a circuit opens, lets a part through, and closes.</summary>
public sealed class CircuitBreakerTests
{
    // Not at zero, where a part of the window that was never used would look like the present one.
    private const long Start = 1_000_000;

    private readonly List<string> _messages = [];

    [Theory]
    [InlineData(10, 10, CircuitState.Open)]
    [InlineData(11, 9, CircuitState.Closed)]
    [InlineData(0, 19, CircuitState.Closed)]
    public void Failures_AsManyAsAllowedOfEnoughRequests_OpenIt(int good, int bad, CircuitState expected)
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan());
        Serve(circuit, Start, good, bad);

        circuit.Evaluate(Start);

        Assert.Equal(expected, circuit.Phase.State);
        Assert.Equal(expected == CircuitState.Open ? ["the circuit is open for 10 s: 50 % of 20 requests failed"] : [], _messages);
    }

    [Theory]
    [InlineData(98, 2, CircuitState.Open)]
    [InlineData(198, 2, CircuitState.Closed)]
    [InlineData(30, 1, CircuitState.Closed)]
    public void SlowRequests_BeyondTheQuantile_OpenIt(int quick, int slow, CircuitState expected)
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan { Latency = new CircuitLatencyPlan(9_900, 1_000) });
        Serve(circuit, Start, quick, bad: 0);
        for (int i = 0; i < slow; i++)
        {
            circuit.Add(workerIndex: 1, circuit.Phase.Number, Start, isFailed: false, isSlow: true);
        }

        circuit.Evaluate(Start);

        Assert.Equal(expected, circuit.Phase.State);
    }

    [Fact]
    public void Failures_OlderThanTheWindow_DoNotCount()
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan());
        Serve(circuit, Start, good: 0, bad: 19);
        Serve(circuit, Start + 10_000, good: 0, bad: 1);

        circuit.Evaluate(Start + 10_000);

        Assert.Equal(CircuitState.Closed, circuit.Phase.State);
    }

    [Fact]
    public void Failures_WithinTheWindow_AddUp()
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan());
        Serve(circuit, Start, good: 0, bad: 19);
        Serve(circuit, Start + 8_999, good: 0, bad: 1);

        circuit.Evaluate(Start + 8_999);

        Assert.Equal(CircuitState.Open, circuit.Phase.State);
    }

    [Fact]
    public void OpenCircuit_LetsNothingThroughAndSaysForHowLong()
    {
        CircuitBreaker circuit = Opened();

        Assert.False(circuit.Draws(circuit.Phase, Start + 9_999, new Random(1)));
        Assert.Equal((10, 1), (circuit.RetryAfterSeconds(Start), circuit.RetryAfterSeconds(Start + 9_500)));
        circuit.Evaluate(Start + 9_999);
        Assert.Equal(CircuitState.Open, circuit.Phase.State);
        circuit.Evaluate(Start + 10_000);
        Assert.Equal(CircuitState.HalfOpen, circuit.Phase.State);
    }

    [Fact]
    public void HalfOpenCircuit_LetsAShareThroughThatGrows()
    {
        CircuitBreaker circuit = HalfOpened();

        Assert.InRange(LetThrough(circuit, afterMs: 0), 30, 70);
        Assert.InRange(LetThrough(circuit, afterMs: 5_000), 430, 570);
        Assert.Equal(1_000, LetThrough(circuit, afterMs: 10_000));
    }

    [Fact]
    public void HalfOpenCircuit_WhoseRequestsGoWell_ClosesAfterItsRamp()
    {
        CircuitBreaker circuit = HalfOpened();
        Serve(circuit, Start + 15_000, good: 100, bad: 10);

        circuit.Evaluate(Start + 19_999);
        Assert.Equal(CircuitState.HalfOpen, circuit.Phase.State);
        circuit.Evaluate(Start + 20_000);

        Assert.Equal((CircuitState.Closed, 1L), (circuit.Phase.State, circuit.Opened));
        Assert.Equal("the circuit is closed: requests go well again", _messages[^1]);
    }

    [Fact]
    public void HalfOpenCircuit_WhoseRequestsFail_OpensForTwiceAsLongEachTime()
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan { OpenForMaxMs = 35_000 });
        Serve(circuit, Start, good: 0, bad: 20);
        circuit.Evaluate(Start);
        long nowMs = Start;
        foreach (int expectedMs in (int[])[10_000, 20_000, 35_000, 35_000])
        {
            Assert.Equal((CircuitState.Open, nowMs + expectedMs), (circuit.Phase.State, circuit.Phase.UntilMs));
            nowMs += expectedMs;
            circuit.Evaluate(nowMs);

            // A quarter of what it takes otherwise.
            Serve(circuit, nowMs, good: 0, bad: 5);
            circuit.Evaluate(nowMs);
        }

        Assert.Equal(5, circuit.Opened);
    }

    [Fact]
    public void HalfOpenCircuit_WithTheOnlyRequestFailed_OpensAtTheEndOfItsRamp()
    {
        CircuitBreaker circuit = HalfOpened();
        Serve(circuit, Start + 19_000, good: 0, bad: 1);

        circuit.Evaluate(Start + 19_999);
        Assert.Equal(CircuitState.HalfOpen, circuit.Phase.State);
        circuit.Evaluate(Start + 20_000);

        Assert.Equal(CircuitState.Open, circuit.Phase.State);
    }

    [Fact]
    public void HalfOpenCircuit_WithoutRequests_Closes()
    {
        CircuitBreaker circuit = HalfOpened();

        circuit.Evaluate(Start + 20_000);

        Assert.Equal(CircuitState.Closed, circuit.Phase.State);
    }

    [Fact]
    public void Failures_OfAnEarlierPhase_SayNothingOfThis()
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan());
        int closed = circuit.Phase.Number;
        Serve(circuit, Start, good: 0, bad: 20);
        circuit.Evaluate(Start);
        circuit.Evaluate(Start + 10_000);

        for (int i = 0; i < 100; i++)
        {
            circuit.Add(workerIndex: 0, closed, Start + 10_001, isFailed: true, isSlow: false);
        }

        circuit.Evaluate(Start + 20_000);
        Assert.Equal(CircuitState.Closed, circuit.Phase.State);
    }

    private static void Serve(CircuitBreaker circuit, long nowMs, int good, int bad)
    {
        for (int i = 0; i < good + bad; i++)
        {
            circuit.Add(workerIndex: i % 2, circuit.Phase.Number, nowMs, isFailed: i >= good, isSlow: false);
        }
    }

    private static int LetThrough(CircuitBreaker circuit, long afterMs)
    {
        var random = new Random(1);
        return Enumerable.Range(0, 1_000).Count(_ => circuit.Draws(circuit.Phase, circuit.Phase.SinceMs + afterMs, random));
    }

    private CircuitBreaker Circuit(CircuitBreakerPlan plan) => new(plan, workers: 2, opened: 0, _messages.Add);

    private CircuitBreaker Opened()
    {
        CircuitBreaker circuit = Circuit(new CircuitBreakerPlan());
        Serve(circuit, Start, good: 0, bad: 20);
        circuit.Evaluate(Start);
        Assert.Equal(CircuitState.Open, circuit.Phase.State);
        return circuit;
    }

    private CircuitBreaker HalfOpened()
    {
        CircuitBreaker circuit = Opened();
        circuit.Evaluate(Start + 10_000);
        Assert.Equal(CircuitState.HalfOpen, circuit.Phase.State);
        return circuit;
    }
}
