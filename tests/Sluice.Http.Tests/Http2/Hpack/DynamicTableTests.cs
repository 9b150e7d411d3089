using System.Globalization;
using Sluice.Http.Headers;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

public sealed class DynamicTableTests
{
    /// <summary>Against a list that does the same the simple way: RFC 7541, section 4.</summary>
    [Theory]
    [InlineData(1, 256)]
    [InlineData(2, 4096)]
    [InlineData(3, 65_536)]
    public void Entries_AddedAndEvicted_AreThoseOfAList(int seed, int capacity)
    {
        var random = new Random(seed);
        var table = new DynamicTable(capacity);
        var list = new List<string>();
        int limit = capacity;
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(200) == 0)
            {
                limit = random.Next(capacity + 1);
                table.SetCapacity(limit);
                Evict(list, limit);
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"n{i}");
            string value = Bytes.Repeat('v', random.Next(random.Next(10) == 0 ? capacity : 60));
            Span<byte> line = table.Add(name.Length, value.Length, KnownField.Other, FieldFlags.None, FieldFault.None);
            Bytes.Of($"{name}: {value}\r\n").AsSpan(0, line.Length).CopyTo(line);
            list.Insert(0, $"{name}: {value}\r\n");
            Evict(list, limit);
            Assert.Equal(list.Count, table.Count);
            Assert.Equal(list.Sum(SizeOf), table.UsedBytes);
            Assert.InRange(table.Bytes.Length, 0, Math.Max(2 * capacity, 1024));
            AssertSame(list, table, isAll: i % 50 == 0);
        }
    }

    [Fact]
    public void Table_WithoutEntries_HasNoMemory()
    {
        var table = new DynamicTable(4096);
        table.SetCapacity(0);
        Assert.True(table.Add(1, 1, KnownField.Other, FieldFlags.None, FieldFault.None).IsEmpty);
        Assert.Equal((0, 0, 0), (table.Count, table.UsedBytes, table.Bytes.Length));
    }

    private static void AssertSame(List<string> list, DynamicTable table, bool isAll)
    {
        for (int age = 0; age < list.Count; age += isAll ? 1 : Math.Max(list.Count - 1, 1))
        {
            TableEntry entry = table.EntryAt(age);
            Assert.Equal(list[age], Bytes.ToText(table.Bytes.Slice(entry.Offset, entry.LineLength)));
        }
    }

    private static void Evict(List<string> list, int limit)
    {
        while (list.Sum(SizeOf) > limit)
        {
            list.RemoveAt(list.Count - 1);
        }
    }

    private static int SizeOf(string line) => line.Length - 4 + 32;
}
