using Sluice.TestKit.Measuring;

namespace Sluice.Http.Tests.Support;

/// <summary>The measurement on which the tests of what is allocated rest: it finds what comes back, and nothing else.</summary>
public sealed class AllocationsTests
{
    private const int RoundCount = 1_000;

    private object? _last;

    [Fact]
    public void PerRound_ObjectInEachRound_IsFound() => Assert.InRange(Allocations.PerRound(RoundCount, _ => _last = new object()), 24, 48);

    [Fact]
    public void PerRound_ObjectNowAndThen_IsFound() => Assert.NotEqual(0, Allocations.PerRound(RoundCount, round => _last = round % RoundCount == 0 ? new object() : _last));

    [Fact]
    public void PerRound_ListThatGrows_IsFound()
    {
        List<int> list = [];
        Assert.NotEqual(0, Allocations.PerRound(RoundCount, list.Add));
        Assert.NotEmpty(list);
    }

    [Fact]
    public void PerRound_ObjectsOfOnePass_AreNot()
    {
        Assert.Equal(0, Allocations.PerRound(RoundCount, round => _last = round is > RoundCount and < 2 * RoundCount ? new object() : _last));
        Assert.NotNull(_last);
    }

    [Fact]
    public void PerRound_WithinWhatIsEnough_EndsAfterOnePass()
    {
        int rounds = 0;
        Assert.InRange(Allocations.PerRound(RoundCount, round => _last = rounds++ == round ? new object() : null, 100), 24, 48);
        Assert.Equal(2 * RoundCount, rounds);
    }
}
