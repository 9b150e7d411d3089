using Sluice.Http.Http1;
using Sluice.Proxy.Templates;
using Sluice.Reactor.Buffers;

namespace Sluice.Proxy.Splitting;

/// <summary>Hashes what a text with variables comes to for a request. Allocates nothing.</summary>
internal static class TemplateHash
{
    // What is longer goes into a buffer of the loop.
    private const int ShortBytesMax = 512;

    /// <summary>The hash; false when none of the variables has a value, whatever stands between them.</summary>
    /// <param name="template">The text.</param>
    /// <param name="source">The request.</param>
    /// <param name="buffers">Lend memory for long values; on their loop.</param>
    /// <param name="hash">The hash of the text; of its beginning, where the largest buffer is too small for it.</param>
    public static bool TryHash(Template template, ITemplateSource source, BufferPool buffers, out ulong hash)
    {
        Span<byte> memory = stackalloc byte[ShortBytesMax];
        if (TryHash(template, source, memory, out hash, out bool hasValue))
        {
            return hasValue;
        }

        // Rented and returned here.
        PooledBuffer buffer = buffers.Rent(BufferSize.Large);
        TryHash(template, source, buffer.Array, out hash, out hasValue);
        buffers.Return(buffer);
        return hasValue;
    }

    // False when the memory is too small.
    private static bool TryHash(Template template, ITemplateSource source, Span<byte> memory, out ulong hash, out bool hasValue)
    {
        var writer = new HeadWriter(memory);
        hasValue = false;
        foreach (ref readonly TemplatePart part in template.Parts.Span)
        {
            int before = writer.Length;
            if (part.Variable == TemplateVariable.None)
            {
                writer.Append(part.Text.Span);
                continue;
            }

            // Like a header, which tells all values apart.
            TemplateValues.Append(ref writer, source, part, TemplateEncoding.Header);
            hasValue |= writer.Length > before || writer.Overflowed;
        }

        hash = SplitHash.Of(memory[..writer.Length]);
        return !writer.Overflowed;
    }
}
