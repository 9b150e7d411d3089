using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

/// <summary>The sample program with a proxy in it.</summary>
public sealed class EmbeddingSampleTests
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sample_Run_ServesUntilALineIsRead()
    {
        using TestOrigin origin = TestOrigin.Start("origin");
        using Process program = Start("127.0.0.1:0", $"http://127.0.0.1:{origin.Port}");
        using var deadline = new CancellationTokenSource(TimeMax);
        try
        {
            string? line = await program.StandardOutput.ReadLineAsync(deadline.Token);
            IPEndPoint server = IPEndPoint.Parse(Regex.Match(line ?? "", "listening on ([0-9.:]+)").Groups[1].Value);

            Assert.Equal((200, "hello\n"), await Web.GetServedAsync(server, "/hello"));
            Assert.Equal((410, ""), await Web.GetServedAsync(server, "/old/page"));
            Assert.Equal((200, "origin"), await Web.GetServedAsync(server, "/other"));

            await program.StandardInput.WriteLineAsync("end");
            await program.WaitForExitAsync(deadline.Token);
            Assert.Equal(0, program.ExitCode);
        }
        finally
        {
            EndIfRunning(program);
        }
    }

    [Fact]
    public async Task Sample_BadArguments_SaysAllThatIsWrong()
    {
        using Process program = Start("nowhere", "ftp://a");
        using var deadline = new CancellationTokenSource(TimeMax);
        try
        {
            string error = await program.StandardError.ReadToEndAsync(deadline.Token);
            await program.WaitForExitAsync(deadline.Token);

            Assert.Equal(1, program.ExitCode);
            Assert.Contains("error[SL0307]: listener `nowhere`: `nowhere` is not an address to listen on", error, StringComparison.Ordinal);
            Assert.Contains("error[SL0308]: upstream `app`: `ftp://a` is not the URL of a server", error, StringComparison.Ordinal);
        }
        finally
        {
            EndIfRunning(program);
        }
    }

    [Fact]
    public void HowTo_Program_IsTheSample()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "how-to", "embed.md"));

        Assert.Contains($"```csharp\n{File.ReadAllText(Path.Combine(Root(), "samples", "embedding", "Program.cs"))}```\n", page, StringComparison.Ordinal);
    }

    private static Process Start(params string[] arguments)
    {
        // Built by the reference of this project, in the same configuration.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(Root(), "samples", "embedding", "bin", configuration, "net10.0", "Embedding");
        return Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static void EndIfRunning(Process program)
    {
        if (!program.HasExited)
        {
            program.Kill();
        }
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
