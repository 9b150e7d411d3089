using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("proxy")]
    [InlineData("check")]
    [InlineData("fmt")]
    [InlineData("config show")]
    [InlineData("route")]
    [InlineData("reload")]
    [InlineData("status")]
    [InlineData("routes")]
    [InlineData("upstreams")]
    [InlineData("cache")]
    [InlineData("cache purge")]
    [InlineData("certs")]
    [InlineData("config diff")]
    [InlineData("trust")]
    [InlineData("demo")]
    [InlineData("lint")]
    [InlineData("completion")]
    [InlineData("explain")]
    [InlineData("schema")]
    [InlineData("version")]
    public async Task CommandLinePage_Command_HasItsOptions(string command)
    {
        string page = ReadPage();
        ProcessResult help = await SluiceProcess.RunAsync([.. command.Split(' '), "--help"]);

        Assert.Contains($"## `sluice {command}", page, StringComparison.Ordinal);
        foreach (Match option in Regex.Matches(help.Output, "^  .*?(--[a-z-]+)", RegexOptions.Multiline))
        {
            Assert.Contains(option.Groups[1].Value, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CommandLinePage_ExitCodes_AreThoseOfTheProgram()
    {
        IEnumerable<int> codes = typeof(ExitCode).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!);
        string table = ReadPage()[ReadPage().IndexOf("## Exit codes", StringComparison.Ordinal)..];

        Assert.Equal(codes, Regex.Matches(table, "^\\| ([0-9]+) \\|", RegexOptions.Multiline).Select(row => int.Parse(row.Groups[1].Value)));
    }

    private static string ReadPage([CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", "reference", "cli.md"));
}
