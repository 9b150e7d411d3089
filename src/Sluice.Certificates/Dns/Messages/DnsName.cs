using System.Text;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>A domain name: labels in lower case (RFC 1034, section 3.1). Immutable.</summary>
internal sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>Bytes of a label at most (RFC 1035, section 2.3.4).</summary>
    internal const int LabelBytesMax = 63;

    /// <summary>Bytes of a name at most, with the length before each label and the root's (RFC 1035, section 2.3.4).</summary>
    internal const int BytesMax = 255;

    // Each character is one byte: names from the wire may have any.
    private readonly string[] _labels;

    private DnsName(string[] labels)
    {
        _labels = labels;
        WireLength = 1 + labels.Sum(label => 1 + label.Length);
    }

    /// <summary>The root, which has no labels.</summary>
    internal static DnsName Root { get; } = new([]);

    /// <summary>From left to right; each character is one byte.</summary>
    internal IReadOnlyList<string> Labels => _labels;

    /// <summary>Bytes of it in a message, not compressed.</summary>
    internal int WireLength { get; }

    /// <summary>Whether it has no labels.</summary>
    internal bool IsRoot => _labels.Length == 0;

    /// <summary>It without its first label; the root is its own parent.</summary>
    internal DnsName Parent => IsRoot ? this : new DnsName(_labels[1..]);

    /// <summary>Reads a name as people write it: letters, digits, <c>-</c>, <c>_</c> and <c>*</c>, with or without a final dot.</summary>
    /// <returns>False for anything else, and for the root.</returns>
    internal static bool TryParse(string text, out DnsName name)
    {
        string[] labels = (text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant().Split('.');
        name = Root;
        if (labels.Any(label => label.Length is 0 or > LabelBytesMax || !label.All(IsPlain)))
        {
            return false;
        }

        var parsed = new DnsName(labels);
        if (parsed.WireLength > BytesMax)
        {
            return false;
        }

        name = parsed;
        return true;
    }

    /// <summary>Makes one of labels that came out of a message, where lengths are checked.</summary>
    internal static DnsName Of(IEnumerable<string> labels) => new([.. labels.Select(LowerAscii)]);

    /// <summary>Whether it is a zone's own name or below it.</summary>
    internal bool IsWithin(DnsName zone) =>
        _labels.Length >= zone._labels.Length && _labels.AsSpan(_labels.Length - zone._labels.Length).SequenceEqual(zone._labels);

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && _labels.AsSpan().SequenceEqual(other._labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (string label in _labels)
        {
            hash.Add(label, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary>Without a final dot; bytes that aren't plain as <c>\DDD</c> (RFC 1035, section 5.1), so that it is safe to print.</summary>
    public override string ToString()
    {
        if (IsRoot)
        {
            return ".";
        }

        var text = new StringBuilder();
        foreach (string label in _labels)
        {
            text.Append(text.Length > 0 ? "." : "");
            foreach (char character in label)
            {
                text.Append(IsPlain(character) ? character : $"\\{(int)character:D3}");
            }
        }

        return text.ToString();
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '*';

    // Only ASCII has cases in the DNS (RFC 4343).
    private static string LowerAscii(string label) =>
        string.Create(label.Length, label, static (lower, from) => Encoding.Latin1.GetChars(LowerBytes(from), lower));

    private static byte[] LowerBytes(string label) => [.. label.Select(character => (byte)(char.IsAsciiLetterUpper(character) ? character | 0x20 : character))];
}
