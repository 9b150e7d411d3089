using System.Text;
using System.Text.RegularExpressions;
using Sluice.Config.Formatting;

namespace Sluice.Config.Tests;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Write_SameTexts_IsNothing() => Assert.Equal("", UnifiedDiff.Write("a", "x\n", "x\n"));

    [Fact]
    public void Write_ChangesFarApart_AreHunksWithThreeLinesAround()
    {
        string old = string.Concat(Enumerable.Range(1, 20).Select(number => $"{number}\n"));
        string changed = old.Replace("\n2\n", "\ntwo\n", StringComparison.Ordinal).Replace("\n15\n", "\n", StringComparison.Ordinal);

        Assert.Equal(
            "--- a\n+++ a (formatted)\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -12,7 +12,6 @@\n 12\n 13\n 14\n-15\n 16\n 17\n 18\n",
            UnifiedDiff.Write("a", old, changed));
    }

    [Theory]
    [InlineData("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")]
    [InlineData("", "a\n", "@@ -0,0 +1 @@\n+a\n")]
    [InlineData("a\n", "", "@@ -1 +0,0 @@\n-a\n")]
    [InlineData("a\r\n", "a\n", "@@ -1 +1 @@\n-a\r\n+a\n")]
    public void Write_EndsOfFiles_AreSaid(string old, string changed, string hunk) =>
        Assert.Equal("--- x\n+++ x (formatted)\n" + hunk, UnifiedDiff.Write("x", old, changed));

    [Fact]
    public void Write_RandomChanges_ArePatchesThatApply()
    {
        var random = new Random(20_261_125);
        for (int round = 0; round < 2_000; round++)
        {
            string old = RandomText(random, random.Next(0, 40));
            string changed = round % 5 == 0 ? RandomText(random, random.Next(0, 40)) : Change(old, random);

            Assert.Equal(changed, Apply(old, UnifiedDiff.Write("x", old, changed)));
        }
    }

    [Fact]
    public void Write_EverythingChanged_IsDoneSoon()
    {
        string old = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"a{number}\n"));
        string changed = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"b{number}\n"));

        Assert.Equal(changed, Apply(old, UnifiedDiff.Write("x", old, changed)));
    }

    private static string RandomText(Random random, int lines) => string.Concat(Enumerable.Range(0, lines).Select(_ => $"{random.Next(5)}\n"));

    private static string Change(string text, Random random)
    {
        List<string> lines = [.. LinesOf(text)];
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            int at = random.Next(lines.Count + 1);
            if (at == lines.Count || random.Next(2) == 0)
            {
                lines.Insert(at, "new\n");
            }
            else
            {
                lines.RemoveAt(at);
            }
        }

        return string.Concat(lines);
    }

    // As patch does, without any fuzz, for texts that end in a line end.
    private static string Apply(string old, string diff)
    {
        string[] lines = LinesOf(old);
        var output = new StringBuilder();
        int position = 0;
        foreach (string part in LinesOf(diff).Skip(2))
        {
            if (Regex.Match(part, "^@@ -([0-9]+)(,0)?") is { Success: true } head)
            {
                int start = int.Parse(head.Groups[1].Value) - (head.Groups[2].Success ? 0 : 1);
                output.AppendJoin("", lines[position..start]);
                position = start;
                continue;
            }

            bool isOld = part[0] != '+';
            Assert.True(!isOld || lines[position] == part[1..], part);
            position += isOld ? 1 : 0;
            output.Append(part[0] != '-' ? part[1..] : "");
        }

        return output.AppendJoin("", lines[position..]).ToString();
    }

    private static string[] LinesOf(string text) => [.. text.Split('\n')[..^1].Select(line => line + "\n")];
}
