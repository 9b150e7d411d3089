using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>What the <c>Connection</c> lines of one message say together (RFC 9110, section 7.6.1).</summary>
internal struct ConnectionOptions
{
    // Browsers send one or two; the bound keeps the work of removing nominated fields small.
    private const int OptionCountMax = 128;

    private int _count;

    internal bool Close { get; private set; }

    internal bool KeepAlive { get; private set; }

    internal bool Upgrade { get; private set; }

    /// <summary>Whether other fields are named, which <see cref="MarkNominated"/> finds.</summary>
    internal bool HasNominations { get; private set; }

    /// <summary>Takes in one line.</summary>
    internal Violation Read(ReadOnlySpan<byte> value)
    {
        foreach (ReadOnlySpan<byte> option in new ListElements(value))
        {
            if (!FieldBytes.IsToken(option))
            {
                return Violation.InvalidConnection;
            }

            if (++_count > OptionCountMax)
            {
                return Violation.TooManyConnectionOptions;
            }

            if (Ascii.EqualsIgnoreCase(option, "close"u8))
            {
                Close = true;
                continue;
            }

            KnownField field = KnownFields.Find(option);
            if ((KnownFields.FramingMask & KnownFields.MaskOf(field)) != 0)
            {
                return Violation.ConnectionNamesFraming;
            }

            KeepAlive |= field == KnownField.KeepAlive;
            Upgrade |= field == KnownField.Upgrade;
            HasNominations |= field == KnownField.Other;
        }

        return Violation.None;
    }

    /// <summary>
    /// Marks the fields that <c>Connection</c> names as hop-by-hop. Known end-to-end fields can't be named away, nor can <c>Content-*</c> and
    /// <c>X-Forwarded-*</c>: a sender must not name what is meant for all recipients, and who does so wants the next server not to see it.
    /// </summary>
    internal static void MarkNominated(FieldTable fields)
    {
        for (int line = fields.IndexOf(KnownField.Connection); line >= 0; line = fields.IndexOf(KnownField.Connection, line + 1))
        {
            foreach (ReadOnlySpan<byte> option in new ListElements(fields.Value(line)))
            {
                if (KnownFields.Find(option) == KnownField.Other && !IsProtected(option))
                {
                    Mark(fields, option);
                }
            }
        }
    }

    private static void Mark(FieldTable fields, ReadOnlySpan<byte> name)
    {
        for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
        {
            fields.SetFlags(i, fields[i].Flags | FieldFlags.HopByHop);
        }
    }

    private static bool IsProtected(ReadOnlySpan<byte> name) => HasPrefix(name, "x-forwarded-"u8) || HasPrefix(name, "content-"u8);

    private static bool HasPrefix(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) =>
        name.Length > prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix);
}
