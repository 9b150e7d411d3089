using System.Diagnostics;

namespace Sluice.Cli.Tests;

/// <summary>The scripts in the shells that they are for.</summary>
public sealed class CompletionTests
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("sluice ch", "check")]
    [InlineData("sluice cache pur", "purge")]
    [InlineData("sluice cache purge --ta", "--tag")]
    [InlineData("sluice comp", "completion")]
    [InlineData("sluice check --js", "--json")]
    [InlineData("sluice run --acc", "--access-log")]
    [InlineData("sluice completion f", "fish")]
    [InlineData("sluice explain SL0115", "SL0115")]
    [InlineData("sluice check sam", "")]
    [InlineData("sluice run ", "")]
    [InlineData("/a/path/to/sluice expl", "explain")]
    public async Task Bash_LineBegun_IsCompleted(string line, string words)
    {
        Assert.Equal(words, await CompleteAsync(line));
    }

    [Fact]
    public async Task Bash_NoWordFits_CompletesFiles()
    {
        string registered = await RunBashAsync("source <(\"$SLUICE\" completion bash); complete -p sluice");

        Assert.Equal("complete -o default -F _sluice sluice", registered.Trim());
    }

    [Theory]
    [InlineData("bash", "-n")]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    public async Task Script_OfInstalledShell_Parses(string shell, string option)
    {
        string result = await RunBashAsync($"if command -v {shell} > /dev/null; then \"$SLUICE\" completion {shell} | {shell} {option} 2>&1; fi");

        Assert.Equal("", result);
    }

    private static Task<string> CompleteAsync(string line) => RunBashAsync($$"""
        source <("$SLUICE" completion bash)
        COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
        read -ra COMP_WORDS <<< "$COMP_LINE"
        [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
        _sluice "$SLUICE"
        printf %s "${COMPREPLY[*]}"
        """);

    private static async Task<string> RunBashAsync(string script)
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        var start = new ProcessStartInfo("bash", ["--norc", "--noprofile", "-c", script]) { RedirectStandardOutput = true };
        start.Environment["SLUICE"] = Path.Combine(AppContext.BaseDirectory, "sluice");
        using Process bash = Process.Start(start)!;
        string output = await bash.StandardOutput.ReadToEndAsync(deadline.Token);
        await bash.WaitForExitAsync(deadline.Token);
        return output;
    }
}
