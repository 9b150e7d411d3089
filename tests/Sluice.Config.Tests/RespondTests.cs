namespace Sluice.Config.Tests;

public sealed class RespondTests
{
    [Theory]
    [InlineData(60_000, 0)]
    [InlineData(70_000, 1)]
    public void Headers_LargerThanAHeadMayBe_AreAnError(int valueLength, int errors)
    {
        string text = $"listen: \":8080\"\nroutes:\n  - respond: {{ status: 200, headers: {{ x-large: \"{new string('x', valueLength)}\" }} }}\n";
        ConfigResult result = ConfigLoader.LoadText(text, "large.yaml");

        Assert.Equal(errors, result.Diagnostics.Count);
        Assert.Equal(errors > 0, result.HasErrors);
        Assert.All(result.Diagnostics, diagnostic => Assert.Equal("SL0312", diagnostic.Code.Id));
    }
}
