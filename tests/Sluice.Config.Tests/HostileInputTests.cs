using System.Text;
using Sluice.Config.Diagnostics;
using Sluice.TestKit.Measuring;

namespace Sluice.Config.Tests;

/// <summary>Files made to hurt: each gives an error, soon, and within little memory.</summary>
public sealed class HostileInputTests : IDisposable
{
    // Of the processor. Generous for a slow one; what is guarded against takes minutes or gigabytes.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(20);
    private const long AllocatedBytesMax = 1_000_000_000;
    private const long AllocatedBytesMaxForRefusedFile = 50_000_000;

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Load_BillionLaughs_IsRefused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level <= 9; level++)
        {
            text.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        AssertOnly(DiagnosticCodes.TooManyNodes, text.ToString());
    }

    [Fact]
    public void Load_ManyNodes_IsRefused() =>
        AssertOnly(DiagnosticCodes.TooManyNodes, "listen: [" + string.Concat(Enumerable.Repeat("a,", 1_100_000)) + "]\n");

    [Fact]
    public void Load_ManyAliases_IsRefused() =>
        AssertOnly(DiagnosticCodes.TooManyAliases, "a: &a x\nb: [" + string.Concat(Enumerable.Repeat("*a ,", 1_000_000)) + "]\n");

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Load_DeepNesting_IsRefused(string opening) =>
        AssertOnly(DiagnosticCodes.NestedTooDeeply, "routes:\n  " + string.Concat(Enumerable.Repeat(opening, 10_000)));

    [Fact]
    public void Load_DeepNestingThroughAliases_IsRefused()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (int level = 1; level <= 200; level++)
        {
            text.Append($"a{level}: &a{level} [*a{level - 1}]\n");
        }

        AssertOnly(DiagnosticCodes.NestedTooDeeply, text.ToString());
    }

    [Fact]
    public void Load_FileOf100MB_IsRefusedUnread()
    {
        using (FileStream file = File.Create(_file))
        {
            file.SetLength(100_000_000);
        }

        AssertOnly(DiagnosticCodes.FileTooLarge, () => ConfigLoader.Load(_file), AllocatedBytesMaxForRefusedFile);
    }

    [Fact]
    public void Load_EndlessDevice_IsRefused() =>
        AssertOnly(DiagnosticCodes.FileTooLarge, () => ConfigLoader.Load("/dev/zero"), AllocatedBytesMaxForRefusedFile);

    [Fact]
    public void Load_LargestFile_IsRead()
    {
        File.WriteAllText(_file, "listen: \":8080\"\nroutes: [{ respond: ok }]\n" + new string('#', 9_900_000));

        Assert.Empty(ConfigLoader.Load(_file).Diagnostics);
    }

    [Theory]
    [InlineData("x", "no such file")]
    [InlineData("", "it is a directory")]
    public void Load_NoFile_SaysWhy(string name, string reason)
    {
        Diagnostic diagnostic = Assert.Single(ConfigLoader.Load(Path.Combine("/usr", name)).Diagnostics);

        Assert.Equal(DiagnosticCodes.UnreadableFile, diagnostic.Code);
        Assert.EndsWith(reason, diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listen: \"\0\"\n")]
    [InlineData("\0")]
    [InlineData("listen: \u001b[31m\n")]
    [InlineData("listen: \u007f\n")]
    public void Load_ControlCharacter_IsRefused(string text) => AssertOnly(DiagnosticCodes.ControlCharacter, text);

    [Fact]
    public void Load_ByteOrderMark_IsRefused()
    {
        File.WriteAllText(_file, "listen: \":8080\"\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        AssertOnly(DiagnosticCodes.ByteOrderMark, () => ConfigLoader.Load(_file));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("latin1")]
    public void Load_OtherEncoding_IsRefused(string encoding)
    {
        File.WriteAllText(_file, "listen: \":8080\" # é\n", Encoding.GetEncoding(encoding));

        AssertOnly(DiagnosticCodes.NotUtf8, () => ConfigLoader.Load(_file));
    }

    [Fact]
    public void Load_ManyUnknownKeys_ShowsTheFirstOnly()
    {
        string text = string.Concat(Enumerable.Range(0, 200_000).Select(number => $"key{number}: 1\n"));

        ConfigResult result = Bounded(() => ConfigLoader.LoadText(text, "many.yaml"), AllocatedBytesMax);

        Assert.Equal(DiagnosticBag.CountMax, result.Diagnostics.Count);
        Assert.Equal(DiagnosticCodes.TooManyFindings, result.Diagnostics[^1].Code);
    }

    [Fact]
    public void Load_ManyRoutesAndServers_IsRead()
    {
        var text = new StringBuilder("listen: \":8080\"\nroutes:\n");
        for (int number = 0; number < 10_000; number++)
        {
            text.Append($"  - {{ match: {{ host: h{number}.example, path: /p/* }}, proxy: u{number % 100} }}\n");
        }

        text.Append("upstreams:\n");
        for (int number = 0; number < 100; number++)
        {
            text.Append($"  u{number}: [http://10.0.0.{number}:8080]\n");
        }

        ConfigResult result = Bounded(() => ConfigLoader.LoadText(text.ToString(), "large.yaml"), AllocatedBytesMax);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(10_000, result.Plan!.Routes.Count);
    }

    [Fact]
    public void Load_RandomBytes_NeverThrows()
    {
        var random = new Random(20_261_121);
        for (int round = 0; round < 500; round++)
        {
            var content = new byte[random.Next(1, 300)];
            random.NextBytes(content);
            File.WriteAllBytes(_file, content);

            Assert.True(ConfigLoader.Load(_file).HasErrors);
        }
    }

    [Fact]
    public void Load_RandomYamlCharacters_NeverThrows()
    {
        const string alphabet = "ab:-?,[]{}#&*!|>'\"%@` \n\t\\0~.<=é";
        var random = new Random(20_261_122);
        for (int round = 0; round < 20_000; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            ConfigResult result = ConfigLoader.LoadText(text, "random.yaml");

            Assert.True(result.HasErrors, text);
            Assert.EndsWith("warnings\n", DiagnosticRenderer.Render(result.Diagnostics), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_DamagedGoldenFiles_NeverThrow()
    {
        var random = new Random(20_261_123);
        foreach (string path in Directory.GetFiles(RepositoryFiles.Golden, "*.yaml").Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(path);
            for (int round = 0; round < 50 && text.Length > 0; round++)
            {
                int at = random.Next(text.Length);
                string damaged = text[..at] + "[]{}:\"'\n\t- &*"[random.Next(13)] + text[(at + random.Next(2))..];
                ConfigResult result = ConfigLoader.LoadText(damaged, "damaged.yaml");

                Assert.Equal(result.HasErrors, result.Diagnostics.Any(diagnostic => diagnostic.IsError));
                DiagnosticRenderer.Render(result.Diagnostics);
            }
        }
    }

    private static void AssertOnly(DiagnosticCode code, string text) => AssertOnly(code, () => ConfigLoader.LoadText(text, "hostile.yaml"));

    private static void AssertOnly(DiagnosticCode code, Func<ConfigResult> load, long allocatedBytesMax = AllocatedBytesMax)
    {
        ConfigResult result = Bounded(load, allocatedBytesMax);

        Assert.True(result.HasErrors);
        Assert.Equal(code, Assert.Single(result.Diagnostics).Code);
    }

    private static ConfigResult Bounded(Func<ConfigResult> load, long allocatedBytesMax)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Durations.ThreadTime;
        ConfigResult result = load();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allocatedBytesMax);
        Assert.InRange(Durations.ThreadTime - start, TimeSpan.Zero, TimeMax);
        return result;
    }
}
