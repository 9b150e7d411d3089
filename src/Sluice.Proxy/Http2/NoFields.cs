using Sluice.Http.Headers;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Proxy.Http2;

/// <summary>Takes the fields of a block that nobody wants: it has to be decoded all the same, for the table (RFC 9113, section 4.3).</summary>
internal readonly struct NoFields : IFieldSink
{
    /// <inheritdoc/>
    public void OnField(in Field field, FieldFault fault, bool isStored)
    {
    }
}
