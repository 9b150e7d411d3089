using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>The changes of a route to the headers of requests or responses, ready to be applied while a head is written. Immutable.</summary>
/// <remarks>First what is removed or set is left out of what came; then what is set, added or absent is written behind it. Allocates nothing.</remarks>
public sealed class HeaderEdits
{
    private readonly byte[][] _dropNames;
    private readonly byte[][] _dropPrefixes;
    private readonly HeaderLine[] _lines;

    private HeaderEdits(PlanList<HeaderEdit> plan)
    {
        List<byte[]> dropped = [.. plan.Where(edit => edit.Operation is HeaderOperation.Set or HeaderOperation.Remove).Select(edit => Encoding.ASCII.GetBytes(edit.Name))];
        DropMask = dropped.Aggregate(0UL, (mask, name) => mask | KnownFields.MaskOf(KnownFields.Find(name))) & ~KnownFields.MaskOf(KnownField.Other);
        _dropNames = [.. dropped.Where(name => KnownFields.Find(name) == KnownField.Other)];
        _dropPrefixes = [.. plan.Where(edit => edit.Operation == HeaderOperation.RemovePrefix).Select(edit => Encoding.ASCII.GetBytes(edit.Name))];
        Host = plan.LastOrDefault(edit => edit.Operation == HeaderOperation.Set && IsHost(edit.Name))?.Values[0];
        _lines = [.. plan.Where(edit => !IsHost(edit.Name)).SelectMany(LinesOf)];
        CopiesRequest = _lines.Any(line => line.Value.Parts.Any(part => part.Variable is TemplateVariable.Header or TemplateVariable.Cookie or TemplateVariable.Query
            or TemplateVariable.QueryValue or TemplateVariable.Uri or TemplateVariable.Path or TemplateVariable.PathSegment or TemplateVariable.PathGroup));
    }

    /// <summary>Whether values of any length go from the request into what is written, so that it is for the client when that gets too long.</summary>
    internal bool CopiesRequest { get; }

    /// <summary>The known fields that are set or removed; what this program would write of them itself is left out, too.</summary>
    internal ulong DropMask { get; }

    /// <summary>What goes into the <c>Host</c> of a request instead of what the client asked for; null for that.</summary>
    internal Template? Host { get; }

    /// <summary>Makes the edits ready; null when there are none.</summary>
    public static HeaderEdits? Create(PlanList<HeaderEdit> plan) => plan.Count == 0 ? null : new HeaderEdits(plan);

    /// <summary>Writes what is kept of the fields that came.</summary>
    internal void AppendKept(ref HeadWriter writer, FieldTable fields, FieldFlags drop, ulong dropKnownMask)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (IsKept(fields, i, drop, dropKnownMask))
            {
                writer.AppendField(fields.Name(i), fields.Value(i));
            }
        }
    }

    /// <summary>Writes what is set, added, or absent otherwise.</summary>
    internal void AppendLines(ref HeadWriter writer, ITemplateSource source, FieldTable fields, FieldFlags drop, ulong dropKnownMask)
    {
        foreach (HeaderLine line in _lines)
        {
            if ((line.HttpsOnly && !source.Scheme.SequenceEqual("https"u8)) || (line.OnlyIfAbsent && IsThere(line.Name, fields, drop, dropKnownMask)))
            {
                continue;
            }

            int start = writer.Length;
            writer.Append(line.Name);
            writer.Append(": "u8);
            int valueStart = writer.Length;
            line.Value.Write(ref writer, source, TemplateEncoding.Header);
            if (writer.Length == valueStart)
            {
                // An empty value says nothing, and some servers take it for one.
                writer.Truncate(start);
            }
            else
            {
                writer.Append("\r\n"u8);
            }
        }
    }

    /// <summary>Whether a field that came is written on.</summary>
    internal bool IsKept(FieldTable fields, int index, FieldFlags drop, ulong dropKnownMask)
    {
        ref readonly Field field = ref fields[index];
        if ((field.Flags & drop) != 0 || ((dropKnownMask | DropMask) & KnownFields.MaskOf(field.Known)) != 0)
        {
            return false;
        }

        ReadOnlySpan<byte> name = fields.Name(index);
        if (field.Known == KnownField.Other && IsDropped(name))
        {
            return false;
        }

        foreach (byte[] prefix in _dropPrefixes)
        {
            // What frames a prepared response stays, whatever the prefix.
            if (name.Length >= prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix) && (field.Flags & FieldFlags.Framing) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether anything is said about a header, whatever it is.</summary>
    internal bool Mentions(ReadOnlySpan<byte> name)
    {
        bool isMentioned = IsDropped(name);
        foreach (HeaderLine line in _lines)
        {
            isMentioned |= Ascii.EqualsIgnoreCase(name, line.Name);
        }

        foreach (byte[] prefix in _dropPrefixes)
        {
            isMentioned |= name.Length >= prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix);
        }

        return isMentioned;
    }

    /// <summary>Whether what is written under a name depends on the request.</summary>
    internal bool IsWrittenByRequest(ReadOnlySpan<byte> name)
    {
        foreach (HeaderLine line in _lines)
        {
            if (!line.Value.IsFixed && Ascii.EqualsIgnoreCase(name, line.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsHost(string name) => name.Equals("host", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<HeaderLine> LinesOf(HeaderEdit edit) =>
        edit.Values.Select(value => new HeaderLine(Encoding.ASCII.GetBytes(edit.Name), value, edit.Operation == HeaderOperation.Default, edit.HttpsOnly));

    private bool IsDropped(ReadOnlySpan<byte> name)
    {
        foreach (byte[] dropped in _dropNames)
        {
            if (Ascii.EqualsIgnoreCase(name, dropped))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsThere(byte[] name, FieldTable fields, FieldFlags drop, ulong dropKnownMask)
    {
        for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
        {
            if (IsKept(fields, i, drop, dropKnownMask))
            {
                return true;
            }
        }

        return false;
    }
}
