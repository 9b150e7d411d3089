using Xunit;

namespace Sluice.Tidy.Names;

public sealed class NameRuleTests
{
    [Theory]
    [InlineData("src/Pool.cs", "class Pool { }", 0)]
    [InlineData("src/Pool.cs", "class PoolManager { }", 1)]
    [InlineData("src/Pool.cs", "class Pool { enum Misc { } }", 1)]
    [InlineData("src/Pool.cs", "interface IPoolHelper { }", 1)]
    [InlineData("src/Common/Pool.cs", "class Pool { }", 1)]
    [InlineData("src/PoolUtils.cs", "class Pool { }", 1)]
    [InlineData("src/Infrastructure/A.csproj", "<Project />", 1)]
    [InlineData("src/Miscount.cs", "class Miscount { }", 0)]
    [InlineData("src/Pool.cs", "class Pool { int Manager; }", 0)]
    public void BannedName_TypesFilesAndFolders_AreRefused(string path, string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new BannedNameRule(), path, text).Count);
    }

    [Theory]
    [InlineData("Pool.cs", "namespace N; class Pool { class Inner { } }", 0)]
    [InlineData("Pool.cs", "namespace N; class Pool { } class Other { }", 1)]
    [InlineData("Pool.cs", "namespace N { class Pool { } } namespace M { enum Other { } }", 1)]
    [InlineData("Pool.cs", "class Other { }", 1)]
    [InlineData("Pool.cs", "delegate void Other();", 1)]
    [InlineData("Pool.cs", "class Pool<T> { }", 0)]
    [InlineData("PoolOf.cs", "class Pool<T> { }", 0)]
    [InlineData("PoolOf.cs", "class Pool { }", 1)]
    [InlineData("Program.cs", "return 0;", 0)]
    public void TypePerFile_SecondTypeOrOtherName_IsViolation(string path, string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new TypePerFileRule(), path, text).Count);
    }

    [Theory]
    [InlineData("class A { }", 0)]
    [InlineData("partial class A { }", 1)]
    [InlineData("partial struct A { }", 1)]
    [InlineData("partial class A { [Obsolete] void M() { } }", 1)]
    [InlineData("partial class A { [GeneratedRegex(\"a\")] static partial Regex M(); }", 0)]
    [InlineData("partial class A { [System.Runtime.InteropServices.LibraryImport(\"c\")] static partial int M(); }", 0)]
    [InlineData("[JsonSerializable(typeof(int))] partial class A : JsonSerializerContext { }", 0)]
    [InlineData("partial class A { partial class B { [GeneratedRegex(\"a\")] static partial Regex M(); } }", 0)]
    public void PartialType_WithoutGenerator_IsViolation(string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new PartialTypeRule(), "A.cs", text).Count);
    }
}
