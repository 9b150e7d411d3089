namespace Sluice.Cli.Tests;

public sealed class ExplainTests
{
    [Theory]
    [InlineData("SL0203")]
    [InlineData("sl0203")]
    public async Task Explain_KnownCode_PrintsItsPage(string code)
    {
        ProcessResult result = await SluiceProcess.RunAsync("explain", code);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("# SL0203: unknown option\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("error[SL0203]", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_WithoutCode_ListsThem()
    {
        ProcessResult result = await SluiceProcess.RunAsync("explain");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("\nSL0203  error    unknown option\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SL203", "sluice: unknown code `SL203`; did you mean `SL0203`?\n")]
    [InlineData("banana", "sluice: unknown code `banana`\n")]
    public async Task Explain_UnknownCode_SaysWhichIsMeantAndEndsWith2(string code, string message)
    {
        ProcessResult result = await SluiceProcess.RunAsync("explain", code);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
    }
}
