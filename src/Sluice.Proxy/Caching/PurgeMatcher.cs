using System.Text;
using Sluice.Proxy.Caching.Memory;

namespace Sluice.Proxy.Caching;

/// <summary>Tells which objects a purge means.</summary>
internal static class PurgeMatcher
{
    /// <summary>Makes a purge ready.</summary>
    public static CachePredicate Create(CachePurge purge)
    {
        byte[] text = Encoding.UTF8.GetBytes(purge.Text);
        return purge.Kind switch
        {
            CachePurgeKind.Url => ForUrl(text),
            CachePurgeKind.Prefix => (in CacheEntryView entry) => StoredUrl.Of(entry.Key).StartsWith(text),
            CachePurgeKind.Host => (in CacheEntryView entry) => StoredUrl.AuthorityOf(entry.Key).SequenceEqual(text),
            CachePurgeKind.Tag => (in CacheEntryView entry) => StoredTags.Has(entry.Head, text),
            _ => (in CacheEntryView _) => true,
        };
    }

    /// <summary>What is stored for a URL.</summary>
    public static CachePredicate ForUrl(byte[] url) => (in CacheEntryView entry) => StoredUrl.Of(entry.Key).SequenceEqual(url);
}
