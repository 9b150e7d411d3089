using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>What was removed while something was on its way.</summary>
public sealed class RemovalLogTests
{
    [Fact]
    public void KeyThatIsRemovedAgainAndAgain_TakesOnePlace()
    {
        var log = new RemovalLog();
        for (int i = 1; i <= 1000; i++)
        {
            log.Add(i, 7, isSoft: false);
        }

        Assert.Equal(PurgeVerdict.Keep, log.Judge(0, 8));
        Assert.Equal(PurgeVerdict.Refuse, log.Judge(999, 7));
        Assert.Equal(PurgeVerdict.Keep, log.Judge(1000, 7));
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void RemovalCountsMoreThanAMark(bool isFirstSoft, bool isSecondSoft, bool isRefused)
    {
        var log = new RemovalLog();
        log.Add(1, 7, isFirstSoft);
        log.Add(2, 7, isSecondSoft);

        Assert.Equal(isRefused ? PurgeVerdict.Refuse : PurgeVerdict.Mark, log.Judge(0, 7));
    }

    [Fact]
    public void MoreKeysThanAreRemembered_RefuseWhatIsOlder()
    {
        var log = new RemovalLog();
        log.Add(1, 1, isSoft: false);
        log.Add(100, 1, isSoft: false);
        for (int i = 101; i <= 170; i++)
        {
            log.Add(i, (ulong)i, isSoft: false);
        }

        Assert.Equal(PurgeVerdict.Refuse, log.Judge(50, 5));
        Assert.Equal(PurgeVerdict.Keep, log.Judge(169, 5));
    }
}
