using Xunit;

namespace Sluice.Tidy.Size;

public sealed class NestingRuleTests
{
    [Theory]
    [InlineData("if (a) { for (;;) { while (a) { switch (b) { default: break; } } } }", 0)]
    [InlineData("if (a) { for (;;) { while (a) { switch (b) { default: if (a) { } break; } } } }", 1)]
    [InlineData("try { foreach (var x in y) { do { lock (z) { } } while (a); } } catch (E) { }", 0)]
    [InlineData("try { foreach (var x in y) { do { lock (z) { using (q) { } } } while (a); } } catch (E) { }", 1)]
    [InlineData("if (a) { } else if (b) { } else if (c) { } else if (d) { } else if (e) { }", 0)]
    [InlineData("if (a) { if (b) { if (c) { F(() => { if (d) { } }); } } }", 1)]
    [InlineData("if (a) { if (b) { if (c) { void G() { if (d) { if (e) { } } } } } }", 0)]
    [InlineData("using (a) using (b) using (c) using (d) using (e) { }", 0)]
    public void Nesting_Statements_AreLimited(string body, int violations)
    {
        Assert.Equal(violations, Sample.Check(new NestingRule(), "A.cs", $"class A {{ void M() {{ {body} }} }}").Count);
        Assert.Equal(violations, Sample.Check(new NestingRule(), "Program.cs", body).Count);
    }
}
