using Sluice.Proxy.Upstreams;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>The count of a gate. Its queues belong to loops: scenarios have them.</summary>
public sealed class RequestGateTests
{
    [Fact]
    public void TryTake_UpToTheLimit_IsTrue()
    {
        var gate = new RequestGate(workers: 2) { Limit = 2 };

        Assert.True(gate.TryTake());
        Assert.True(gate.TryTake());
        Assert.False(gate.TryTake());
        gate.Leave(workerIndex: 1);
        Assert.True(gate.TryTake());
        Assert.Equal(2, gate.Admitted);
    }

    [Fact]
    public void Limit_Lowered_HoldsForThoseThatCome()
    {
        var gate = new RequestGate(workers: 1) { Limit = 3 };
        Assert.True(gate.TryTake() && gate.TryTake() && gate.TryTake());

        gate.Limit = 1;
        gate.Leave(0);
        gate.Leave(0);
        Assert.False(gate.TryTake());
        gate.Leave(0);
        Assert.True(gate.TryTake());
    }

    [Fact]
    public void TakePeak_AfterABurst_IsItsHeightOnce()
    {
        var gate = new RequestGate(workers: 1) { Limit = 10 };
        for (int i = 0; i < 5; i++)
        {
            gate.TryTake();
        }

        for (int i = 0; i < 4; i++)
        {
            gate.Leave(0);
        }

        Assert.Equal(5, gate.TakePeak());
        Assert.Equal(1, gate.TakePeak());
    }

    [Fact]
    public async Task TryTake_ManyThreadsAtOnce_NeverLetsMoreThrough()
    {
        const int Limit = 3;
        const int Turns = 20_000;
        var gate = new RequestGate(workers: 4) { Limit = Limit };
        int inside = 0;
        int most = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => Work(worker))));

        Assert.InRange(most, 1, Limit);
        Assert.Equal(0, gate.Admitted);

        void Work(int worker)
        {
            for (int i = 0; i < Turns; i++)
            {
                if (gate.TryTake())
                {
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    Interlocked.Decrement(ref inside);
                    gate.Leave(worker);
                }
            }
        }
    }
}
