using Xunit;

namespace Sluice.Tidy.Code;

public sealed class CodeRuleTests
{
    [Theory]
    [InlineData("src/Sluice.Http/A.cs", "class A { void M() { } }", 0)]
    [InlineData("src/Sluice.Http/A.cs", "unsafe class A { }", 1)]
    [InlineData("src/Sluice.Http/A.cs", "class A { void M() { unsafe { } } }", 1)]
    [InlineData("tests/A/A.cs", "class A { unsafe void M() { } }", 1)]
    [InlineData("src/Sluice.Http/A.cs", "class A { [DllImport(\"c\")] static extern int M(); }", 1)]
    [InlineData("src/Sluice.Reactor/Sockets/A.cs", "unsafe class A { }", 0)]
    [InlineData("src/Sluice.Reactor/Sockets/A.cs", "class A { [LibraryImport(\"c\")] static partial int M(); }", 1)]
    [InlineData("src/Sluice.Reactor/Interop/A.cs", "class A { [LibraryImport(\"c\")] static partial int M(); }", 0)]
    [InlineData("src/Sluice.Http/A.cs", "// unsafe [DllImport]\nclass A { string s = \"unsafe\"; }", 0)]
    public void UnsafeCode_OutsideOfReactor_IsViolation(string path, string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new UnsafeCodeRule(), path, text).Count);
    }

    [Theory]
    [InlineData("catch (E) { Report(); }", 0)]
    [InlineData("catch { }", 1)]
    [InlineData("catch (E e) when (e.Ok) { }", 1)]
    [InlineData("catch (E) { /* The peer is gone: nothing to tell it. */ }", 0)]
    [InlineData("catch (E)\n{\n// Nobody waits for it.\n}", 0)]
    public void EmptyCatch_WithoutComment_IsViolation(string clause, int violations)
    {
        Assert.Equal(violations, Sample.Check(new EmptyCatchRule(), "A.cs", $"class A {{ void M() {{ try {{ }} {clause} }} }}").Count);
    }

    [Theory]
    [InlineData("src/A.cs", "Thread.Sleep(1);", 1)]
    [InlineData("src/A.cs", "System.Threading.Thread.Sleep(1);", 1)]
    [InlineData("src/A.cs", "timer.Start(1);", 0)]
    [InlineData("bench/A.cs", "Thread.Sleep(1);", 0)]
    public void BlockingSleep_InSource_IsViolation(string path, string statement, int violations)
    {
        Assert.Equal(violations, Sample.Check(new BlockingSleepRule(), path, $"class A {{ void M() {{ {statement} }} }}").Count);
    }

    [Theory]
    [InlineData("throw new NotImplementedException();", 1)]
    [InlineData("throw new System.NotImplementedException();", 1)]
    [InlineData("throw new NotSupportedException();", 0)]
    public void UnfinishedCode_NotImplemented_IsViolation(string statement, int violations)
    {
        Assert.Equal(violations, Sample.Check(new UnfinishedCodeRule(), "src/A.cs", $"class A {{ void M() {{ {statement} }} }}").Count);
    }
}
