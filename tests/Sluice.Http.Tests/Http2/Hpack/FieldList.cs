using System.Globalization;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Collects what a decoder finds.</summary>
internal struct FieldList(List<(Field Field, FieldFault Fault, bool IsStored)> fields) : IFieldSink
{
    internal readonly List<(Field Field, FieldFault Fault, bool IsStored)> Fields => fields;

    public readonly void OnField(in Field field, FieldFault fault, bool isStored) => fields.Add((field, fault, isStored));

    /// <summary>One line for each field: name, value, and what is special about it.</summary>
    internal readonly string Describe(byte[] buffer)
    {
        var text = new StringBuilder();
        foreach ((Field field, FieldFault fault, bool isStored) in fields)
        {
            string name = isStored ? Bytes.ToText(buffer.AsSpan(field.NameOffset, field.NameLength)) : $"({field.NameLength})";
            string value = isStored ? Bytes.ToText(buffer.AsSpan(field.ValueOffset, field.ValueLength)) : $"({field.ValueLength})";
            string never = (field.Flags & FieldFlags.NeverIndexed) != 0 ? " [never]" : "";
            string wrong = fault == FieldFault.None ? "" : $" [{fault}]";
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}{never}{wrong}\n");
        }

        return text.ToString();
    }
}
