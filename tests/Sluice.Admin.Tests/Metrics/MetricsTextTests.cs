namespace Sluice.Admin.Metrics;

public sealed class MetricsTextTests
{
    [Fact]
    public void Labels_WithQuotesBackslashesAndLineEnds_AreEscaped()
    {
        string text = new MetricsText().Describe("sluice_x", "gauge", "A \\ and\na line.").Add(1.5, ("a", "q\"b\\c\nd"), ("b", "")).Add(2).ToString();

        Assert.Equal(
            """
            # HELP sluice_x A \\ and\na line.
            # TYPE sluice_x gauge
            sluice_x{a="q\"b\\c\nd",b=""} 1.5
            sluice_x 2

            """,
            text);
    }

    [Theory]
    [InlineData(1795240248.608, "sluice_x 1795240248.608\n")]
    [InlineData(1e21, "sluice_x 1E+21\n")]
    [InlineData(0, "sluice_x 0\n")]
    public void Value_Any_IsWrittenInFull(double value, string line) =>
        Assert.EndsWith(line, new MetricsText().Describe("sluice_x", "gauge", "x").Add(value).ToString(), StringComparison.Ordinal);
}
