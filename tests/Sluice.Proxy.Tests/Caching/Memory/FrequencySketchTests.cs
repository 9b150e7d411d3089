using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

public sealed class FrequencySketchTests
{
    private static readonly SipHash Hash = new(1, 2);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(15, 15)]
    [InlineData(1000, 15)]
    public void Estimate_OfAKey_IsHowOftenItWasCounted(int times, int expected)
    {
        FrequencySketch sketch = Of(1024);
        Count(sketch, "key", times);

        Assert.Equal(expected, Estimate(sketch, "key"));
        Assert.Equal(0, Estimate(sketch, "other"));
    }

    [Fact]
    public void Estimate_AmongManyKeys_IsSeldomTooHighAndNeverTooLow()
    {
        FrequencySketch sketch = Of(4096);
        for (int i = 0; i < 4096; i++)
        {
            Count(sketch, $"key {i}", 1 + (i % 3));
        }

        int[] excess = [.. Enumerable.Range(0, 4096).Select(i => Estimate(sketch, $"key {i}") - 1 - (i % 3))];
        Assert.True(excess.Min() == 0 && excess.Count(more => more > 1) < 400, $"{excess.Min()}, {excess.Count(more => more > 1)}");
    }

    [Fact]
    public void Counters_AfterOneRoundOfAging_AreHalved()
    {
        FrequencySketch sketch = Of(1024);
        Count(sketch, "often", 12);
        Count(sketch, "once", 1);

        for (int i = 0; i < 8; i++)
        {
            sketch.Age(128);
        }

        Assert.Equal(6, Estimate(sketch, "often"));
        Assert.Equal(0, Estimate(sketch, "once"));
    }

    [Fact]
    public void Counters_OfATableThatGrew_AreKept()
    {
        FrequencySketch sketch = Of(64);
        for (int i = 0; i < 50; i++)
        {
            Count(sketch, $"key {i}", i % 10);
        }

        sketch.Reserve(10_000);

        Assert.Equal(16_384 * sizeof(ulong), FrequencySketch.BytesFor(10_000));
        Assert.All(Enumerable.Range(0, 50), i => Assert.True(Estimate(sketch, $"key {i}") >= i % 10));
    }

    private static FrequencySketch Of(int entries)
    {
        var sketch = new FrequencySketch();
        sketch.Reserve(entries);
        return sketch;
    }

    private static int Estimate(FrequencySketch sketch, string key) => sketch.Estimate(Hash.Of(Tiers.Bytes(key)));

    private static void Count(FrequencySketch sketch, string key, int times)
    {
        for (int i = 0; i < times; i++)
        {
            sketch.Count(Hash.Of(Tiers.Bytes(key)));
        }
    }
}
