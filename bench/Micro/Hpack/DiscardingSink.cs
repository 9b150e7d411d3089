using Sluice.Http.Headers;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Bench.Micro.Hpack;

/// <summary>Counts fields.</summary>
internal struct DiscardingSink : IFieldSink
{
    internal int Count { get; private set; }

    public void OnField(in Field field, FieldFault fault, bool isStored) => Count += isStored && fault == FieldFault.None ? 1 : 0;
}
