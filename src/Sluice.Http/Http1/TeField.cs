using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary><c>TE</c> (RFC 9110, section 10.1.4): whether the client takes trailers is all that matters.</summary>
internal static class TeField
{
    /// <summary>Takes what the lines say.</summary>
    internal static void Read(RequestHead head)
    {
        FieldTable fields = head.Fields;
        for (int line = fields.IndexOf(KnownField.Te); line >= 0; line = fields.IndexOf(KnownField.Te, line + 1))
        {
            foreach (ReadOnlySpan<byte> element in new ListElements(fields.Value(line)))
            {
                head.TeTrailers |= Ascii.EqualsIgnoreCase(element, "trailers"u8);
            }
        }
    }
}
