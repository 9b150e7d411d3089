using System.Diagnostics.CodeAnalysis;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Caching;

/// <summary>Reads the heads of stored responses, to look into them. Belongs to a visit, and is reused.</summary>
internal sealed class StoredHeadReader
{
    private readonly ResponseHead _head = new();
    private readonly ResponseHeadReader _reader;

    public StoredHeadReader() => _reader = new ResponseHeadReader(_head);

    /// <summary>Reads one; false where limits have become narrower since it was stored, or a file came from elsewhere.</summary>
    /// <param name="stored">What it is stored with; its reference is held for as long as the head is used.</param>
    /// <param name="limits">The limits of heads.</param>
    /// <param name="head">Valid until the next one is read.</param>
    public bool TryRead(in StoredObject stored, HeadLimits limits, [NotNullWhen(true)] out ResponseHead? head)
    {
        stored.GetHead(out byte[] array, out int start, out int count);
        _head.Reset();
        _reader.Begin(start, limits, RequestMethod.Get);
        head = _reader.Read(array, start + count) == ReadStatus.Done ? _head : null;
        return head is not null;
    }
}
