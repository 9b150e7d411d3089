using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>The static table (RFC 7541, appendix A). Its indices begin at 1.</summary>
internal static class StaticTable
{
    /// <summary>How many entries there are; dynamic ones have the indices behind them.</summary>
    internal const int Count = 61;

    internal const int AuthorityIndex = 1;
    internal const int MethodIndex = 2;
    internal const int PathIndex = 4;
    internal const int SchemeIndex = 6;
    internal const int StatusIndex = 8;

    // Behind it no entry has a value.
    private const int LastWithValue = 16;

    private static readonly string[] Rows =
    [
        ":authority: ", ":method: GET", ":method: POST", ":path: /", ":path: /index.html", ":scheme: http", ":scheme: https", ":status: 200", ":status: 204",
        ":status: 206", ":status: 304", ":status: 400", ":status: 404", ":status: 500", "accept-charset: ", "accept-encoding: gzip, deflate",
        "accept-language: ", "accept-ranges: ", "accept: ", "access-control-allow-origin: ", "age: ", "allow: ", "authorization: ", "cache-control: ",
        "content-disposition: ", "content-encoding: ", "content-language: ", "content-length: ", "content-location: ", "content-range: ", "content-type: ",
        "cookie: ", "date: ", "etag: ", "expect: ", "expires: ", "from: ", "host: ", "if-match: ", "if-modified-since: ", "if-none-match: ", "if-range: ",
        "if-unmodified-since: ", "last-modified: ", "link: ", "location: ", "max-forwards: ", "proxy-authenticate: ", "proxy-authorization: ", "range: ",
        "referer: ", "refresh: ", "retry-after: ", "server: ", "set-cookie: ", "strict-transport-security: ", "transfer-encoding: ", "user-agent: ", "vary: ",
        "via: ", "www-authenticate: ",
    ];

    private static readonly byte[] Lines = Encoding.ASCII.GetBytes(string.Concat(Rows.Select(row => row + "\r\n")));
    private static readonly TableEntry[] Entries = BuildEntries();

    // By known field: the first index with its name, or 0.
    private static readonly byte[] Names = BuildNames();

    /// <summary>The entry at an index of 1 to <see cref="Count"/>.</summary>
    internal static ref readonly TableEntry EntryAt(int index) => ref Entries[index];

    /// <summary>The lines of all entries; <see cref="TableEntry.Offset"/> is an offset into them.</summary>
    internal static ReadOnlySpan<byte> Bytes => Lines;

    /// <summary>The first index with the name of a known field, or 0.</summary>
    internal static int FindName(KnownField known) => Names[(int)known];

    /// <summary>The first index with a name that is none of the known fields, or 0.</summary>
    /// <param name="name">In any case.</param>
    internal static int FindName(ReadOnlySpan<byte> name)
    {
        int candidate = name.Length switch
        {
            4 => (name[0] | 0x20) == 'f' ? 37 : 45,
            5 => name[0] == ':' ? PathIndex : 22,
            7 => name[0] != ':' ? 52 : (name[1] | 0x20) == 'm' ? MethodIndex : name[2] is (byte)'c' or (byte)'C' ? SchemeIndex : StatusIndex,
            10 => AuthorityIndex,
            14 => 15,
            25 => 56,
            27 => 20,
            _ => 0,
        };
        return candidate != 0 && Ascii.EqualsIgnoreCase(name, NameAt(candidate)) ? candidate : 0;
    }

    /// <summary>The index of <c>:status</c> with a value, or 0.</summary>
    internal static int FindStatus(int status) => status switch
    {
        200 => StatusIndex,
        204 => StatusIndex + 1,
        206 => StatusIndex + 2,
        304 => StatusIndex + 3,
        400 => StatusIndex + 4,
        404 => StatusIndex + 5,
        500 => StatusIndex + 6,
        _ => 0,
    };

    /// <summary>The index with this value and the name of an index, or 0.</summary>
    /// <param name="nameIndex">The first one with its name.</param>
    /// <param name="value">Exactly.</param>
    internal static int FindValue(int nameIndex, ReadOnlySpan<byte> value)
    {
        if (nameIndex > LastWithValue || value.IsEmpty)
        {
            return 0;
        }

        for (int index = nameIndex; index <= LastWithValue && IsSameName(index, nameIndex); index++)
        {
            TableEntry entry = Entries[index];
            if (Lines.AsSpan(entry.Offset + entry.NameLength + 2, entry.ValueLength).SequenceEqual(value))
            {
                return index;
            }
        }

        return 0;
    }

    private static ReadOnlySpan<byte> NameAt(int index) => Lines.AsSpan(Entries[index].Offset, Entries[index].NameLength);

    private static bool IsSameName(int index, int other) => index == other || NameAt(index).SequenceEqual(NameAt(other));

    private static TableEntry[] BuildEntries()
    {
        var entries = new TableEntry[Count + 1];
        int offset = 0;
        for (int i = 0; i < Count; i++)
        {
            string row = Rows[i];
            int nameLength = row.IndexOf(':', 1);
            KnownField known = KnownFields.Find(Encoding.ASCII.GetBytes(row[..nameLength]));
            entries[i + 1] = new TableEntry(offset, nameLength, row.Length - nameLength - 2, known, KnownFields.FlagsOf(known), FieldFault.None);
            offset += entries[i + 1].LineLength;
        }

        return entries;
    }

    private static byte[] BuildNames()
    {
        var names = new byte[64];
        for (int index = Count; index > 0; index--)
        {
            names[(int)Entries[index].Known] = (byte)index;
        }

        names[(int)KnownField.Other] = 0;
        return names;
    }
}
