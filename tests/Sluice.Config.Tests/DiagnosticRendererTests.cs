using Sluice.Config.Diagnostics;

namespace Sluice.Config.Tests;

public sealed class DiagnosticRendererTests
{
    private const string Bad = "listen: \":8080\"\nroutes: [{ respond: 200 }]\nforwarded:\n  vai: true\n";

    [Fact]
    public void Render_MarksThatTurnTheOrderOfLetters_AreReplaced()
    {
        string text = DiagnosticRenderer.Render(ConfigLoader.LoadText("listen: 'a\u202Eb\u2066c'\nroutes: [{ respond: ok }]\n", "a.yaml").Diagnostics);

        Assert.Contains("listen: 'a\uFFFDb\uFFFDc'", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', text);
    }

    [Fact]
    public void Render_SameCodeTwice_SaysOnceWhereThereIsMore()
    {
        string text = DiagnosticRenderer.Render(ConfigLoader.LoadText("listen: ':8080'\nroutes: [{ respond: ok }]\nx: 1\ny: 2\n", "a.yaml").Diagnostics);

        Assert.Equal(2, text.Split("error[SL0203]").Length - 1);
        Assert.Equal(1, text.Split("more: sluice explain SL0203").Length - 1);
    }

    [Fact]
    public void Render_UnknownOption_HasAllItsParts()
    {
        string text = DiagnosticRenderer.Render(ConfigLoader.LoadText(Bad, "/etc/sluice/sluice.yaml").Diagnostics);

        Assert.Equal(
            """
            error[SL0203]: unknown option `vai`
             --> /etc/sluice/sluice.yaml:4:3
              |
            3 | forwarded:
            4 |   vai: true
              |   ^^^ did you mean `via`?
              |
              = valid here: x_forwarded, rfc7239, via, client_certificate
              = more: sluice explain SL0203

            1 error, 0 warnings

            """,
            text);
    }

    [Fact]
    public void Render_Colored_IsTheSameTextWithColors()
    {
        IReadOnlyList<Diagnostic> diagnostics = ConfigLoader.LoadText(Bad, "a.yaml").Diagnostics;
        string colored = DiagnosticRenderer.Render(diagnostics, isColored: true);

        Assert.Contains("\u001b[1;31m", colored, StringComparison.Ordinal);
        Assert.Equal(DiagnosticRenderer.Render(diagnostics), System.Text.RegularExpressions.Regex.Replace(colored, "\u001b\\[[0-9;]*m", ""));
    }

    [Fact]
    public void Render_NothingFound_CountsZero() => Assert.Equal("0 errors, 0 warnings\n", DiagnosticRenderer.Render([]));

    [Theory]
    [InlineData("a\nb\r\nc\rd", 4)]
    [InlineData("", 1)]
    [InlineData("\n", 2)]
    public void SourceText_LineEnds_AreAllKnown(string text, int lines) => Assert.Equal(lines, new SourceText("a", text).LineCount);

    [Fact]
    public void SourceText_Offset_GivesLineAndColumn()
    {
        var source = new SourceText("a", "one\r\ntwo\n");

        Assert.Equal((1, 1), (source.LineOf(0), source.ColumnOf(0)));
        Assert.Equal((2, 2), (source.LineOf(6), source.ColumnOf(6)));
        Assert.Equal("two", source.GetLine(2).ToString());
        Assert.Equal((3, 1), (source.LineOf(9), source.ColumnOf(9)));
    }
}
