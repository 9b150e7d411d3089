using System.Text;
using Sluice.Proxy.Splitting;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>Who gets which share of the requests, and what moves when shares change.</summary>
public sealed class SplitTests
{
    private const int Keys = 100_000;

    private static readonly byte[][] Names = [[.. "stable"u8], [.. "canary"u8], [.. "third"u8]];

    [Theory]
    [InlineData(new[] { 90, 10 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new[] { 999, 1 })]
    [InlineData(new[] { 1000, 0 })]
    [InlineData(new[] { 0, 5 })]
    [InlineData(new[] { 0, 5, 0, 15 })]
    public void Draw_ManyTimes_GivesEachItsShare(int[] weights)
    {
        var draw = new WeightedDraw(weights);
        var random = new Random(42);
        int[] counts = new int[weights.Length];

        for (int i = 0; i < Keys; i++)
        {
            counts[draw.Draw(random)]++;
        }

        ExpectShares(weights, counts);
    }

    [Theory]
    [InlineData(new[] { 90, 10 })]
    [InlineData(new[] { 1, 1, 1 })]
    [InlineData(new[] { 1000, 1, 499 })]
    [InlineData(new[] { 0, 1 })]
    public void Pick_ManyKeys_GivesEachItsShare(int[] weights)
    {
        int[] counts = new int[weights.Length];
        foreach (int index in PicksOf(weights))
        {
            counts[index]++;
        }

        ExpectShares(weights, counts);
    }

    [Fact]
    public void Pick_AddressesInARow_AreSpreadLikeAnyOthers()
    {
        var draw = new KeyedDraw(Names[..2], [1, 1]);

        int second = Enumerable.Range(0, Keys).Sum(i => draw.Pick(SplitHash.Of((UInt128)(0x0000_FFFF_0A00_0000UL + (ulong)i))));

        Assert.InRange(second, Keys * 49 / 100, Keys * 51 / 100);
    }

    [Fact]
    public void Pick_CanaryGrows_OnlyKeysOfItsNewShareMoveAndAllOfThemToIt()
    {
        int[] before = PicksOf([90, 10]);
        int[] after = PicksOf([80, 20]);

        int moved = before.Zip(after).Count(pick => pick.First != pick.Second);
        Assert.InRange(moved, Keys * 9 / 100, Keys * 11 / 100);
        Assert.DoesNotContain(before.Zip(after), pick => pick is (1, 0));
    }

    [Fact]
    public void Pick_OneWeightOfThreeChanges_NothingMovesBetweenTheOthers()
    {
        int[] before = PicksOf([50, 10, 40]);
        int[] after = PicksOf([50, 30, 40]);

        Assert.DoesNotContain(before.Zip(after), pick => pick.First != pick.Second && pick.Second != 1);
    }

    [Fact]
    public void Pick_UpstreamRemovedAndOrderChanged_OnlyItsKeysMove()
    {
        var before = new KeyedDraw(Names, [50, 10, 40]);
        var after = new KeyedDraw([Names[2], Names[0]], [40, 50]);

        for (int i = 0; i < Keys; i++)
        {
            ulong hash = HashOf(i);
            int was = before.Pick(hash);
            Assert.True(was == 1 || ReferenceEquals(Names[was], after.Pick(hash) == 0 ? Names[2] : Names[0]));
        }
    }

    [Fact]
    public void Hash_OfAKey_IsTheSameInEveryVersion()
    {
        // Another number here moves every client of every split to where chance wants it.
        Assert.Equal(SplitHash.Mix(0xE71FA2190541574B), SplitHash.Of("abc"u8));
        Assert.Equal(1, new KeyedDraw(Names[..2], [50, 50]).Pick(SplitHash.Of("user-1"u8)));
    }

    private static int[] PicksOf(int[] weights)
    {
        var draw = new KeyedDraw(Names[..weights.Length], weights);
        return [.. Enumerable.Range(0, Keys).Select(i => draw.Pick(HashOf(i)))];
    }

    private static ulong HashOf(int user) => SplitHash.Of(Encoding.ASCII.GetBytes($"user-{user}"));

    private static void ExpectShares(int[] weights, int[] counts)
    {
        double sum = weights.Sum();
        for (int i = 0; i < weights.Length; i++)
        {
            // Five standard deviations of a binomial distribution; nothing at all for a weight of 0.
            double share = weights[i] / sum;
            double tolerance = 5 * Math.Sqrt(Keys * share * (1 - share));
            Assert.InRange(counts[i], (Keys * share) - tolerance, (Keys * share) + tolerance);
        }
    }
}
