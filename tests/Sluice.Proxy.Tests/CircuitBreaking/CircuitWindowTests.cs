using Sluice.Proxy.CircuitBreaking;
using Xunit;

namespace Sluice.Proxy.Tests.CircuitBreaking;

/// <summary>What is counted as good first and turns out to have failed is one request all the same.</summary>
public sealed class CircuitWindowTests
{
    private const long Start = 1_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1_500)]
    [InlineData(8_999)]
    public void Break_WithinTheWindow_TurnsTheGoodRequestIntoAFailedOne(int afterMs)
    {
        var window = new CircuitWindow(10_000);
        window.Add(phase: 1, Start, isFailed: false, isSlow: false);

        window.Break(phase: 1, Start, Start + afterMs);

        Assert.Equal(new CircuitTotals(1, 1, 0), window.Sum(1, Start + afterMs));
    }

    [Fact]
    public void Break_OfARequestThatIsTooOld_CountsAsOne()
    {
        var window = new CircuitWindow(10_000);
        window.Add(phase: 1, Start, isFailed: false, isSlow: false);

        window.Break(phase: 1, Start, Start + 10_000);

        Assert.Equal(new CircuitTotals(1, 1, 0), window.Sum(1, Start + 10_000));
    }

    [Fact]
    public void Break_WhosePartBeganAnew_LeavesThatAlone()
    {
        var window = new CircuitWindow(10_000);
        window.Add(phase: 1, Start, isFailed: false, isSlow: false);
        window.Add(phase: 1, Start + 10_000, isFailed: false, isSlow: false);

        window.Break(phase: 1, Start, Start + 11_000);

        Assert.Equal(new CircuitTotals(2, 1, 0), window.Sum(1, Start + 11_000));
    }
}
