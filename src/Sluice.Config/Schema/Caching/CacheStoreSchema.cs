using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Caching;
using Sluice.Config.Values;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Schema.Caching;

/// <summary>The value of <c>cache</c> at the top level. The defaults are those of <see cref="CacheStorePlan"/>, as a test checks.</summary>
internal static class CacheStoreSchema
{
    private const long MiB = 1024 * 1024;
    private const long TiB = MiB * MiB;
    private const int YearSeconds = 365 * 24 * 3600;

    internal static ObjectType<DiskCacheConfig> Disk { get; } = new(
        "disk cache",
        [
            Option<DiskCacheConfig>.Create(
                "path", new FolderType(), "The folder, absolute, for nothing else; made when it is missing.",
                (disk, value) => disk with { Plan = disk.Plan with { Folder = value } }, isRequired: true),
            Option<DiskCacheConfig>.Create(
                "size", new SizeType(MiB, 1024 * TiB), "How much all its files may take.",
                (disk, value) => disk with { Plan = disk.Plan with { BytesMax = value } }, "`10GiB`"),
            Option<DiskCacheConfig>.Create(
                "min_free", new SizeType(0, 1024 * TiB), "What has to stay free on the file system; with less, nothing is stored there and the oldest is removed.",
                (disk, value) => disk with { Plan = disk.Plan with { FreeBytesMin = value } }, "`1GiB`"),
            Option<DiskCacheConfig>.Create(
                "max_object", new SizeType(1, 1024 * TiB), "The largest content that is kept there, at most half of `size`.",
                (disk, value) => disk with { ObjectBytesMax = value }, "`1GiB`, or half of `size` if that is less"),
            Option<DiskCacheConfig>.Create(
                "min_uses", new IntegerType(1, 15),
                "How often something is asked for before it is written there; until then it is in memory alone. What is too large for memory is not stored at all until then.",
                (disk, value) => disk with { Plan = disk.Plan with { UsesMin = value } }, "`2`"),
            Option<DiskCacheConfig>.Create(
                "inactive", new AgeType(1, YearSeconds), "What nobody asked for in so long is removed, however fresh it is.",
                (disk, value) => disk with { Plan = disk.Plan with { InactiveSeconds = value } }, "`7d`"),
        ],
        place => Of("", place));

    /// <summary>In short the folder.</summary>
    internal static ConfigType<DiskCacheConfig> DiskValue { get; } = new FormsType<DiskCacheConfig>
    {
        Scalar = new ConvertedType<string, DiskCacheConfig>(new FolderType(), (folder, place) => Of(folder, place)),
        Mapping = Disk,
    };

    internal static ObjectType<CacheStoreConfig> Type { get; } = new(
        "cache store",
        [
            Option<CacheStoreConfig>.Create(
                "memory", new SizeType(2 * MiB, 32 * 1024 * MiB), "The memory for stored responses, 2 MiB to 32 GiB; what is asked for least makes room.",
                (store, value) => store with { MemoryBytes = value }, "`128MiB`"),
            Option<CacheStoreConfig>.Create(
                "max_object", new SizeType(1, 1024 * TiB), "The largest content that is kept in memory, at most an eighth of that; larger ones go to disk, if there is one.",
                (store, value) => store with { MemoryObjectBytesMax = value }, "`8MiB`, or an eighth of `memory` if that is less"),
            Option<CacheStoreConfig>.Create(
                "disk", DiskValue, "A [folder](#disk-of-cache) for responses that are too large for memory, or had to make room, and that outlive a restart. In short its path.",
                (store, value) => store with { Disk = value }, "none"),
        ],
        place => new CacheStoreConfig { Location = place });

    private static DiskCacheConfig Of(string folder, SourceLocation place) => new(new DiskCachePlan(folder), place);
}
