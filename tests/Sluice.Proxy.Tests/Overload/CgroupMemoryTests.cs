using Sluice.Proxy.Overload;
using Xunit;

namespace Sluice.Proxy.Tests.Overload;

/// <summary>The memory of control groups, from files as the kernel writes them.</summary>
public sealed class CgroupMemoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sl").FullName;

    private string Membership => Path.Combine(_root, "membership");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Version2_InAGroupWithALimit_IsUsageWithoutInactiveFiles()
    {
        Write("membership", "0::/app.slice/sluice.service\n");
        Write("app.slice/sluice.service/memory.max", "1000000\n");
        Write("app.slice/sluice.service/memory.current", "700000\n");
        Write("app.slice/sluice.service/memory.stat", "anon 500000\nfile 200000\nactive_file 50000\ninactive_file 150000\nslab 1\n");

        Assert.Equal(0.55, Read());
    }

    [Fact]
    public void Version2_InAContainer_IsThatOfTheRoot()
    {
        Write("membership", "0::/\n");
        Write("memory.max", "1000\n");
        Write("memory.current", "900\n");
        Write("memory.stat", "inactive_file 0\n");

        Assert.Equal(0.9, Read());
    }

    [Fact]
    public void Groups_WithinEachOther_TheFullestCounts()
    {
        Write("membership", "0::/outer/inner\n");
        Write("outer/memory.max", "1000\n");
        Write("outer/memory.current", "800\n");
        Write("outer/inner/memory.max", "2000\n");
        Write("outer/inner/memory.current", "600\n");

        Assert.Equal(0.8, Read());
    }

    [Fact]
    public void Version1_InAGroupWithALimit_IsReadToo()
    {
        Write("membership", "9:name=systemd:/x\n4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n0::/\n");
        Write("memory/docker/abc/memory.limit_in_bytes", "1000\n");
        Write("memory/docker/abc/memory.usage_in_bytes", "700\n");
        Write("memory/docker/abc/memory.stat", "inactive_file 1\ntotal_inactive_file 200\n");

        Assert.Equal(0.5, Read());
    }

    [Fact]
    public void Version1_WhosePathIsThatOfTheHost_IsFoundAtTheRoot()
    {
        Write("membership", "4:memory:/docker/abc\n");
        Write("memory/memory.limit_in_bytes", "1000\n");
        Write("memory/memory.usage_in_bytes", "250\n");

        Assert.Equal(0.25, Read());
    }

    [Theory]
    [InlineData("0::/\n", "memory.max", "max\n", "memory.current")]
    [InlineData("4:memory:/\n", "memory/memory.limit_in_bytes", "9223372036854771712\n", "memory/memory.usage_in_bytes")]
    public void Group_WithoutALimit_HasNoPressure(string membership, string limitFile, string limit, string usageFile)
    {
        Write("membership", membership);
        Write(limitFile, limit);
        Write(usageFile, "700\n");

        Assert.Null(Read());
    }

    [Fact]
    public void Limit_ThatIsChanged_CountsFromThenOn()
    {
        Write("membership", "0::/\n");
        Write("memory.max", "max\n");
        Write("memory.current", "700\n");
        var memory = new CgroupMemory(_root, Membership);

        Assert.Null(memory.ReadPressure());
        Write("memory.max", "1000\n");
        Assert.Equal(0.7, memory.ReadPressure());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("nonsense", "1000")]
    [InlineData("0::/../../..\n", "1000 2000")]
    [InlineData("0::/\n", "x")]
    public void Files_ThatSayNothing_AreNoPressure(string membership, string limit)
    {
        Write("membership", membership);
        Write("memory.max", limit);
        Write("memory.current", "");

        Assert.Null(Read());
    }

    [Fact]
    public void Files_ThatAreNotThere_AreNoPressure() => Assert.Null(Read());

    [Fact]
    public void Usage_AboveTheLimit_IsAllOfIt()
    {
        Write("membership", "0::/\n");
        Write("memory.max", "1000\n");
        Write("memory.current", "1200\n");

        Assert.Equal(1, Read());
    }

    private double? Read() => new CgroupMemory(_root, Membership).ReadPressure();

    private void Write(string name, string text)
    {
        string path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
