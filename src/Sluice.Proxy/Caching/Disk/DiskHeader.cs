using System.Buffers.Binary;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>What the file of an object begins with, read from its bytes. Valid as long as those.</summary>
/// <remarks>
/// <para>All numbers are little-endian. In front, what never changes:</para>
/// <code>
///   0  8  magic          24  8  length of the content        56  4  CRC-32C of the 56 bytes before and of the key
///   8  4  version        32  8  when it was made, Unix s     60  4  the last generation that was marked (not in the CRC)
///  12  4  length of key  40 16  zeros                        64  .  key
///  16  4  bytes per slot
///  20  4  salt
/// </code>
/// <para>
/// Then two slots of the same size for what may be refreshed, of which the one with the higher generation and a right checksum counts. The other is written by the
/// next refreshing: so one that is torn leaves what was there before.
/// </para>
/// <code>
///   0  4  CRC-32C of all behind it, begun with the salt     16  8  useless after, Unix s     32  64  metadata
///   4  4  length of head                                    24  8  zeros                     96   .  head, and room for a longer one
///   8  8  generation, from 1 on
/// </code>
/// </remarks>
internal readonly ref struct DiskHeader
{
    /// <summary>The bytes in front of the key.</summary>
    public const int PrefixBytes = 64;

    /// <summary>The bytes of metadata.</summary>
    public const int MetaBytes = 64;

    /// <summary>The longest key, in bytes.</summary>
    public const int KeyBytesMax = 64 * 1024;

    /// <summary>The longest head, in bytes.</summary>
    public const int HeadBytesMax = 256 * 1024;

    /// <summary>Where the mark is.</summary>
    public const int MarkOffset = 60;

    private const ulong Magic = 0x0A1A_4A42_4F43_4C53;
    private const uint Version = 1;
    private const int CrcOffset = 56;
    private const int SlotHeaderBytes = 96;
    private const int SlotUnit = 128;

    private DiskHeader(ReadOnlySpan<byte> area, ReadOnlySpan<byte> slot, bool isSecond)
    {
        KeyLength = BinaryPrimitives.ReadInt32LittleEndian(area[12..]);
        SlotBytes = BinaryPrimitives.ReadInt32LittleEndian(area[16..]);
        Layout = new DiskLayout(area.Length, BinaryPrimitives.ReadUInt32LittleEndian(area[20..]));
        ContentLength = BinaryPrimitives.ReadInt64LittleEndian(area[24..]);
        Key = area.Slice(PrefixBytes, KeyLength);
        Generation = BinaryPrimitives.ReadUInt64LittleEndian(slot[8..]);
        IsMarked = BinaryPrimitives.ReadUInt32LittleEndian(area[MarkOffset..]) >= (uint)Generation;
        UselessAfter = BinaryPrimitives.ReadInt64LittleEndian(slot[16..]);
        Meta = slot.Slice(32, MetaBytes);
        Head = slot.Slice(SlotHeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(slot[4..]));
        IsSecondSlot = isSecond;
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The metadata.</summary>
    public ReadOnlySpan<byte> Meta { get; }

    /// <summary>The head.</summary>
    public ReadOnlySpan<byte> Head { get; }

    /// <summary>Where the content is.</summary>
    public DiskLayout Layout { get; }

    /// <summary>The length of the content, in bytes.</summary>
    public long ContentLength { get; }

    /// <summary>When it is of no use any more, in Unix seconds.</summary>
    public long UselessAfter { get; }

    /// <summary>Rises with each refreshing.</summary>
    public ulong Generation { get; }

    /// <summary>Whether it was marked since it was stored or refreshed.</summary>
    public bool IsMarked { get; }

    /// <summary>Whether it is the second slot that counts.</summary>
    public bool IsSecondSlot { get; }

    /// <summary>The size of a slot, in bytes.</summary>
    public int SlotBytes { get; }

    private int KeyLength { get; }

    /// <summary>Where the slot is that the next refreshing writes.</summary>
    public int NextSlotOffset => PrefixBytes + KeyLength + (IsSecondSlot ? 0 : SlotBytes);

    /// <summary>How large the slots for a head are: with room for one that is a quarter longer.</summary>
    public static int SlotBytesFor(int headLength)
    {
        int wanted = SlotHeaderBytes + headLength + Math.Max(headLength / 4, SlotUnit);
        return (wanted + SlotUnit - 1) / SlotUnit * SlotUnit;
    }

    /// <summary>Whether a head fits a slot.</summary>
    public static bool Fits(int headLength, int slotBytes) => SlotHeaderBytes + headLength <= slotBytes;

    /// <summary>How much there is before the content.</summary>
    public static int BytesFor(int keyLength, int headLength) => PrefixBytes + keyLength + (2 * SlotBytesFor(headLength));

    /// <summary>How much there is before the content, by the first <see cref="PrefixBytes"/> of a file; -1 when it is none of this kind.</summary>
    public static int BytesOf(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length < PrefixBytes || BinaryPrimitives.ReadUInt64LittleEndian(prefix) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]) != Version)
        {
            return -1;
        }

        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        int slotBytes = BinaryPrimitives.ReadInt32LittleEndian(prefix[16..]);
        return keyLength is < 0 or > KeyBytesMax || slotBytes < SlotHeaderBytes || slotBytes > SlotBytesFor(HeadBytesMax)
            ? -1
            : PrefixBytes + keyLength + (2 * slotBytes);
    }

    /// <summary>Reads all of it; false when it is damaged.</summary>
    /// <param name="area">As long as <see cref="BytesOf"/> says.</param>
    /// <param name="header">What it says.</param>
    public static bool TryRead(ReadOnlySpan<byte> area, out DiskHeader header)
    {
        header = default;
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(area[12..]);
        int slotBytes = BinaryPrimitives.ReadInt32LittleEndian(area[16..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(area[CrcOffset..]) != PrefixCrc(area, keyLength) || BinaryPrimitives.ReadInt64LittleEndian(area[24..]) < 0)
        {
            return false;
        }

        uint salt = BinaryPrimitives.ReadUInt32LittleEndian(area[20..]);
        ReadOnlySpan<byte> first = area.Slice(PrefixBytes + keyLength, slotBytes);
        ReadOnlySpan<byte> second = area.Slice(PrefixBytes + keyLength + slotBytes, slotBytes);
        ulong firstGeneration = GenerationOf(first, salt);
        ulong secondGeneration = GenerationOf(second, salt);
        if ((firstGeneration | secondGeneration) == 0)
        {
            return false;
        }

        bool isSecond = secondGeneration > firstGeneration;
        header = new DiskHeader(area, isSecond ? second : first, isSecond);
        return true;
    }

    /// <summary>Writes all of it, the second slot empty.</summary>
    /// <param name="area">As long as <see cref="BytesFor"/> says.</param>
    /// <param name="content">What it is of.</param>
    /// <param name="salt">Any number.</param>
    /// <param name="contentLength">The length of the content.</param>
    /// <param name="nowSeconds">The time, in Unix seconds.</param>
    public static void Write(Span<byte> area, in DiskHeaderContent content, uint salt, long contentLength, long nowSeconds)
    {
        int slotBytes = SlotBytesFor(content.Head.Length);
        area.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(area, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(area[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(area[12..], content.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(area[16..], slotBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(area[20..], salt);
        BinaryPrimitives.WriteInt64LittleEndian(area[24..], contentLength);
        BinaryPrimitives.WriteInt64LittleEndian(area[32..], nowSeconds);
        content.Key.CopyTo(area[PrefixBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(area[CrcOffset..], PrefixCrc(area, content.Key.Length));
        WriteSlot(area.Slice(PrefixBytes + content.Key.Length, slotBytes), in content, salt, 1);
    }

    /// <summary>Writes a slot.</summary>
    public static void WriteSlot(Span<byte> slot, in DiskHeaderContent content, uint salt, ulong generation)
    {
        slot.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(slot[4..], content.Head.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], generation);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], content.UselessAfter);
        content.Meta.CopyTo(slot[32..]);
        content.Head.CopyTo(slot[SlotHeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(slot, SlotCrc(slot, salt));
    }

    private static uint PrefixCrc(ReadOnlySpan<byte> area, int keyLength) =>
        Crc32C.Append(Crc32C.Append(0, area[..CrcOffset]), area.Slice(PrefixBytes, keyLength));

    private static uint SlotCrc(ReadOnlySpan<byte> slot, uint salt) => Crc32C.Append(salt, slot[DiskLayout.CrcBytes..]);

    // 0 for a slot that was never written, or is torn.
    private static ulong GenerationOf(ReadOnlySpan<byte> slot, uint salt)
    {
        int headLength = BinaryPrimitives.ReadInt32LittleEndian(slot[4..]);
        bool isWhole = headLength >= 0 && Fits(headLength, slot.Length) && BinaryPrimitives.ReadUInt32LittleEndian(slot) == SlotCrc(slot, salt);
        return isWhole ? BinaryPrimitives.ReadUInt64LittleEndian(slot[8..]) : 0;
    }
}
