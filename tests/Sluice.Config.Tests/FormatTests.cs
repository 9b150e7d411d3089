using Sluice.Config.Diagnostics;
using Sluice.Config.Formatting;

namespace Sluice.Config.Tests;

public sealed class FormatTests
{
    private const string Messy = """


        # top


        listen:   ":8080"    # inline
        routes:
        # about the first
        - match:
            path: /a      # why
          proxy:   api


        # about the second
        -   match: { host: a,  path: /b }
            respond:
                status: 200
                body: |   # text
                      User-agent: *
                        Disallow: /

                headers: { a: [1,
                       2], # two
                  b: 3 }
            # the end of the second
        upstreams:
              # of upstreams
              api:
              - http://10.0.0.1
              # - http://10.0.0.2
              other: &x
                servers:
                     [
                   http://10.0.0.3,   # three
                     # four
                   http://10.0.0.4 ]
              text: "folded
                  over

                  lines"
              plain: also
                    folded
              "quoted key"  : 'single'
              keep: |+
                  kept


              indented: |4
                      four
              last: *x
        # end


        """;

    private const string Neat = """
        # top

        listen: ":8080" # inline
        routes:
          # about the first
          - match:
              path: /a # why
            proxy: api

          # about the second
          - match: { host: a,  path: /b }
            respond:
              status: 200
              body: | # text
                User-agent: *
                  Disallow: /

              headers: { a: [1,
                  2], # two
                b: 3 }
            # the end of the second
        upstreams:
          # of upstreams
          api:
            - http://10.0.0.1
            # - http://10.0.0.2
          other: &x
            servers:
              [
              http://10.0.0.3, # three
              # four
              http://10.0.0.4 ]
          text: "folded
            over

            lines"
          plain: also
            folded
          "quoted key": 'single'
          keep: |+
            kept


          indented: |2
                four
          last: *x
        # end

        """;

    public static TheoryData<string> Files() =>
        [.. new[] { Path.Combine(RepositoryFiles.Root, "samples"), RepositoryFiles.Golden }
            .SelectMany(folder => Directory.GetFiles(folder, "*.*", SearchOption.AllDirectories))
            .Where(path => Path.GetExtension(path) is ".yaml" or ".json" && !IsBuilt(path))
            .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path))
            .Order(StringComparer.Ordinal)];

    [Fact]
    public void Format_MessyFile_IsNeat() => Assert.Equal(Neat, Format(Messy));

    [Theory]
    [MemberData(nameof(Files))]
    public void Format_EveryFile_KeepsItsMeaningAndIsDoneOnce(string name)
    {
        FormatResult result = ConfigFormatter.Format(Path.Combine(RepositoryFiles.Root, name));

        // What can't be read says why; what can be read is never refused.
        Assert.Equal(result.Formatted is null, result.Diagnostics.Count > 0);
        if (result.Formatted is not null)
        {
            Assert.Equal(result.Formatted, Format(result.Formatted));
            Assert.Equal(Plan(result.Original!), Plan(result.Formatted));
        }
    }

    [Theory]
    [InlineData("a:\r\n    b: 1\r\n    c: |\r\n        x\r\n", "a:\r\n  b: 1\r\n  c: |\r\n    x\r\n")]
    [InlineData("a: 1", "a: 1\n")]
    [InlineData("a: |\n    x", "a: |-\n  x\n")]
    [InlineData("a: |+\n    x", "a: |-\n  x\n")]
    [InlineData("a: >-\n    x\n\n    y\n\n\n", "a: >-\n  x\n\n  y\n")]
    [InlineData("a: |+\n    x\n\n\n", "a: |+\n  x\n\n\n")]
    [InlineData("a: |\n    x\n       \nb: 1\n", "a: |\n  x\n     \nb: 1\n")]
    [InlineData("# only\n\n\n# comments\n\n", "# only\n\n# comments\n")]
    [InlineData("- - a\n  -   b\n-\n  c: 1\n", "- - a\n  - b\n-\n  c: 1\n")]
    [InlineData("-   - a\n    - b\n", "- - a\n  - b\n")]
    [InlineData("---\n\n\na:  1   \n...\n", "---\n\na: 1\n...\n")]
    [InlineData("%YAML 1.2\n--- # start\na: 1\n", "%YAML 1.2\n--- # start\na: 1\n")]
    [InlineData("? a\n:   - b\n    - c\n", "? a\n: - b\n  - c\n")]
    [InlineData("{\n\"a\":1,\n   \"b\": [\n 1\n ]\n}\n", "{\n  \"a\":1,\n  \"b\": [\n    1\n  ]\n}\n")]
    [InlineData("y: &y 1\na:\n    &x\n    b: 1\n    &k c:  *y\n    *y   : 2\nd:   *x\n", "y: &y 1\na:\n  &x\n  b: 1\n  &k c: *y\n  *y : 2\nd: *x\n")]
    [InlineData("a:\t1\t# tab\n", "a: 1 # tab\n")]
    [InlineData("a:\n\n\n  # c\n\n\n  b: 1\n", "a:\n\n  # c\n\n  b: 1\n")]
    [InlineData("a:\n- b:\n  - c\n  d: 1\n- e\nf: 1\n", "a:\n  - b:\n      - c\n    d: 1\n  - e\nf: 1\n")]
    [InlineData("a: \"x\\  \n   y\\\n   \\ z\"\n", "a: \"x\\  \n  y\\\n  \\ z\"\n")]
    [InlineData("a: b#c\nd: 'it''s # no'   # yes\n", "a: b#c\nd: 'it''s # no' # yes\n")]
    [InlineData("  a: 1\n  # in\n# out\n", "a: 1\n# in\n# out\n")]
    [InlineData("a: [\n]\nb: {\n# in\n}\n", "a: [\n]\nb: {\n  # in\n}\n")]
    public void Format_Text_IsLaidOutAnew(string text, string expected)
    {
        Assert.Equal(expected, Format(text));
        Assert.Equal(expected, Format(expected));
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("\uFEFFa: 1\n")]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("a: !x 1\n")]
    [InlineData("a: 1\n---\nb: 1\n")]
    public void Format_WhatCantBeRead_IsRefusedWithAReason(string text)
    {
        FormatResult result = ConfigFormatter.FormatText(text, "bad.yaml");

        Assert.Null(result.Formatted);
        Assert.NotEmpty(result.Diagnostics);
    }

    [Theory]
    [InlineData("listen: 1\nroutes:\n- respond: ok\n...\n", "listen: 1\nroutes:\n  - respond: ok\n...\n")]
    [InlineData("listen: 1\nroutes:\n- respond: ok\n# c\n... # d\n", "listen: 1\nroutes:\n  - respond: ok\n# c\n... # d\n")]
    [InlineData("%YAML 1.2 # c\n---\nroutes:\n- respond: ok\n...\n# e\n", "%YAML 1.2 # c\n---\nroutes:\n  - respond: ok\n...\n# e\n")]
    [InlineData("# a\n%YAML  1.2\n%TAG ! !x\n--- # b\na:   1\n...\n", "# a\n%YAML  1.2\n%TAG ! !x\n--- # b\na: 1\n...\n")]
    public void Format_MarksOfDocuments_StayInTheirPlaces(string text, string expected) =>
        Assert.Equal(expected, ConfigFormatter.FormatText(text, "marks.yaml").Formatted);

    [Fact]
    public void Format_DamagedFiles_KeepTheirMeaningAndAreDoneOnce()
    {
        string[] texts = [Messy, .. Directory.GetFiles(RepositoryFiles.Golden, "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        int formatted = 0;
        int refused = 0;
        foreach (string text in texts)
        {
            // Of its own, so that what becomes of a file doesn't depend on which others there are.
            var random = new Random(20_261_124 + text.Length);
            for (int round = 0; round < 100; round++)
            {
                string damaged = Damage(text, random);
                if (IsRefusedWithoutReason(damaged))
                {
                    refused++;
                }
                else
                {
                    formatted += AssertDoneOnce(damaged) ? 1 : 0;
                }
            }
        }

        Assert.InRange(formatted, 1_000, 100_000);

        // What can't be laid out with the same meaning is left as it is. That is safe, but not what anyone asked for.
        Assert.Equal(0, refused);
    }

    // What a build writes at this moment is no sample.
    private static bool IsBuilt(string path) => path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj");

    private static string Damage(string text, Random random)
    {
        for (int count = random.Next(1, 4); count > 0 && text.Length > 1; count--)
        {
            int at = random.Next(text.Length);
            string put = new[] { " ", "  ", "\n", "\n\n", " # c\n", "\n# c\n", "\t", "- ", "", "|\n", "'", "\"", "[", "}" }[random.Next(14)];
            text = text[..at] + put + text[(at + random.Next(2))..];
        }

        return text;
    }

    private static bool IsRefusedWithoutReason(string text) => ConfigFormatter.FormatText(text, "damaged.yaml") is { Formatted: null, Diagnostics.Count: 0 };

    // False when it can't be read.
    private static bool AssertDoneOnce(string text)
    {
        FormatResult result = ConfigFormatter.FormatText(text, "damaged.yaml");
        Assert.True(result.Formatted is not null || result.Diagnostics.Count > 0, "refused:\n" + text);
        if (result.Formatted is not null)
        {
            Assert.True(ConfigFormatter.FormatText(result.Formatted, "again.yaml").Formatted == result.Formatted, "not done once:\n" + text);
        }

        return result.Formatted is not null;
    }

    private static string? Plan(string text)
    {
        ConfigResult result = ConfigLoader.LoadText(text, "plan.yaml");
        return result.Plan is null ? null : PlanText.Write(result.Config!, result.Plan);
    }

    private static string? Format(string text)
    {
        FormatResult result = ConfigFormatter.FormatText(text, "test.yaml");
        Assert.Equal("0 errors, 0 warnings\n", DiagnosticRenderer.Render(result.Diagnostics));
        return result.Formatted;
    }
}
