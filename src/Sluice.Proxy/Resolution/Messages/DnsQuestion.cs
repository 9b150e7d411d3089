using System.Buffers.Binary;
using System.Text;

namespace Sluice.Proxy.Resolution.Messages;

/// <summary>A question (RFC 1035, section 4.1.2). Immutable.</summary>
/// <param name="Name">A name that <see cref="IsName"/>.</param>
/// <param name="Type">The type of record.</param>
internal sealed record DnsQuestion(string Name, RecordType Type)
{
    // RFC 1035, sections 2.3.4 and 4.1.1.
    private const int LabelBytesMax = 63;
    private const int NameCharsMax = 253;
    private const int HeaderBytes = 12;

    // RD: whoever is asked shall ask others.
    private const ushort RecursionDesired = 0x0100;

    /// <summary>Whether a text can be asked for: labels of letters, digits, <c>-</c> and <c>_</c>, without a final dot.</summary>
    internal static bool IsName(string text) =>
        text.Length is > 0 and <= NameCharsMax
        && text.Split('.').All(label => label.Length is > 0 and <= LabelBytesMax && label.All(IsPlain));

    /// <summary>Whether a character may be in a name here.</summary>
    internal static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    /// <summary>The message that asks it.</summary>
    /// <param name="id">What tells its answer from others.</param>
    internal byte[] Write(ushort id)
    {
        byte[] message = new byte[HeaderBytes + Name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        int at = HeaderBytes;
        foreach (string label in Name.Split('.'))
        {
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }

        // The root's empty label, the type, and the class of the Internet.
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 1), (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 3), 1);
        return message;
    }
}
