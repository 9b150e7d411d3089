using Sluice.Proxy.Balancing;
using Xunit;

namespace Sluice.Proxy.Tests;

public sealed class AliasTableTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(1_000)]
    public void Draw_Weights_AreTheSharesByChiSquare(int count)
    {
        int[] weights = [.. Enumerable.Range(0, count).Select(i => 1 + (i * 7 % 13))];
        int[] seen = Seen(weights);

        double sum = weights.Sum();
        double chiSquare = weights.Select((weight, i) => Math.Pow(seen[i] - (Draws * weight / sum), 2) / (Draws * weight / sum)).Sum();

        // Its mean is the degrees of freedom, its variance twice that: five standard deviations, of draws that are the same in every run.
        Assert.True(chiSquare <= count - 1 + (5 * Math.Sqrt(2 * count)), $"Chi-square is {chiSquare} for {count} weights.");
    }

    [Fact]
    public void Draw_LightestAndHeaviestWeights_AreBothSeen()
    {
        int[] seen = Seen([1, 1_000, 1_000]);

        Assert.InRange(seen[0], 50, 160);
        Assert.InRange(seen[1] / (double)seen[2], 0.97, 1.03);
    }

    private static int[] Seen(int[] weights)
    {
        var table = new AliasTable(weights);
        var random = new Random(1);
        int[] seen = new int[weights.Length];
        for (int i = 0; i < Draws; i++)
        {
            seen[table.Draw(random)]++;
        }

        return seen;
    }
}
