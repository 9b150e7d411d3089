using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Takes the fields of a header block one after another, while <see cref="HpackDecoder.Decode"/> runs. Implemented by structs, for speed.</summary>
public interface IFieldSink
{
    /// <summary>Takes one field.</summary>
    /// <param name="field">
    /// Offsets into the destination of the block. <see cref="Field.Known"/> is <see cref="KnownField.Other"/> for pseudo-header fields. The flags are those that
    /// follow from the name, and <see cref="FieldFlags.NeverIndexed"/>.
    /// </param>
    /// <param name="fault">A field with a fault is stored like any other, bytes and all: whoever goes on with it has to refuse the message.</param>
    /// <param name="isStored">
    /// False when there was no room any more: the offsets mean nothing then, the lengths count towards limits, and a fault may have gone unnoticed.
    /// </param>
    void OnField(in Field field, FieldFault fault, bool isStored);
}
