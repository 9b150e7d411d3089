using System.Globalization;
using System.Text;
using Sluice.Proxy.Files;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Files;

/// <summary>Names of files that are not there: remembered for a while, in a table that never grows.</summary>
public sealed class MissingNamesTests
{
    private const int Many = 100_000;

    private readonly MissingNames _names = new();

    [Fact]
    public void Name_IsKnown_UntilItsTimeIsOver()
    {
        _names.Add("a/b.txt"u8, nowMs: 10, validUntilMs: 1010);

        Assert.True(_names.Has("a/b.txt"u8, 10));
        Assert.True(_names.Has("a/b.txt"u8, 1009));
        Assert.False(_names.Has("a/b.txt"u8, 1010));
        Assert.False(_names.Has("a/b.tx"u8, 10));
        Assert.False(_names.Has("A/b.txt"u8, 10));
    }

    [Fact]
    public void Nothing_IsKnownAtTheBeginning_NorBehindClear()
    {
        Assert.False(_names.Has(""u8, 0));
        _names.Add(""u8, 0, 1000);
        Assert.True(_names.Has(""u8, 0));

        _names.Clear();

        Assert.False(_names.Has(""u8, 0));
    }

    [Fact]
    public void NameThatIsTooLong_IsNotRemembered()
    {
        byte[] longest = new byte[MissingNames.NameBytesMax];
        byte[] longer = new byte[MissingNames.NameBytesMax + 1];
        _names.Add(longest, 0, 1000);
        _names.Add(longer, 0, 1000);

        Assert.True(_names.Has(longest, 0));
        Assert.False(_names.Has(longer, 0));
    }

    [Fact]
    public void NamesByTheThousand_TakeNoMoreMemory()
    {
        byte[] name = Encoding.ASCII.GetBytes("random/00000000.php");
        double allocated = Allocations.PerRound(Many / 2, round =>
        {
            Change(name, round);
            Assert.False(_names.Has(name, 0));
            _names.Add(name, 0, 1000);
        });
        Assert.Equal(0, allocated);
    }

    // Each of those that nobody asks for again takes the mark off at the most.
    [Fact]
    public void NameThatIsAskedForAllTheTime_OutlivesThoseThatAreNot()
    {
        byte[] name = Encoding.ASCII.GetBytes("random/00000000.php");
        _names.Add("favicon.ico"u8, 0, 1000);
        int known = 0;
        for (int i = 0; i < Many; i++)
        {
            known += _names.Has("favicon.ico"u8, 0) ? 1 : 0;
            Change(name, i);
            _names.Add(name, 0, 1000);
        }

        Assert.Equal(Many, known);
    }

    [Fact]
    public void NameWhoseTimeIsOver_GivesWay_EvenIfItWasAskedFor()
    {
        byte[] name = Encoding.ASCII.GetBytes("random/00000000.php");
        for (int i = 0; i < Many; i++)
        {
            Change(name, i);
            _names.Add(name, 0, 1000);
            _names.Has(name, 0);
        }

        _names.Add("late"u8, 1000, 2000);

        Assert.True(_names.Has("late"u8, 1000));
    }

    private static void Change(byte[] name, int number) => Assert.True(number.TryFormat(name.AsSpan("random/".Length), out _, "D8", CultureInfo.InvariantCulture));
}
