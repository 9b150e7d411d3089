using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>
/// The fields that <c>no-cache="…"</c> and <c>private="…"</c> name: they are for the first client only, and not stored (RFC 9111, sections 3.1, 5.2.2.4 and 5.2.2.7).
/// </summary>
public static class WithheldFields
{
    /// <summary>Whether a field is named.</summary>
    /// <param name="fields">Of the response.</param>
    /// <param name="directives">What was read from them.</param>
    /// <param name="name">In any case.</param>
    public static bool Contains(FieldTable fields, in ResponseDirectives directives, ReadOnlySpan<byte> name)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Span<ulong> bits = stackalloc ulong[FieldMarks.Words];
        var marks = new FieldMarks(bits);
        Mark(fields, directives, marks);
        int index = fields.IndexOf(name);
        return index >= 0 && marks.Contains(index);
    }

    /// <summary>Finds all lines of all fields that are named.</summary>
    internal static void Mark(FieldTable fields, in ResponseDirectives directives, FieldMarks marks)
    {
        if (!directives.Has(DirectiveFlags.HasFieldNames))
        {
            return;
        }

        if (directives.Source == DirectiveSource.CacheControl)
        {
            MarkCacheControl(fields, marks);
            return;
        }

        MarkTargeted(fields, directives.Source == DirectiveSource.SluiceCacheControl ? ResponseDirectives.SluiceName : ResponseDirectives.CdnName, marks);
    }

    private static void MarkCacheControl(FieldTable fields, FieldMarks marks)
    {
        FieldNameBudget names = default;
        for (int i = fields.IndexOf(KnownField.CacheControl); i >= 0; i = fields.IndexOf(KnownField.CacheControl, i + 1))
        {
            var reader = new DirectiveReader(fields.Value(i));
            while (reader.MoveNext())
            {
                if (reader.Directive is Directive.NoCache or Directive.Private && reader.Form is ArgumentForm.Token or ArgumentForm.Quoted
                    && names.TryTake(reader.Argument))
                {
                    MarkNames(fields, reader.Argument, marks);
                }
            }
        }
    }

    private static void MarkTargeted(FieldTable fields, ReadOnlySpan<byte> source, FieldMarks marks)
    {
        FieldNameBudget names = default;
        for (int i = fields.IndexOf(source); i >= 0; i = fields.IndexOf(source, i + 1))
        {
            var dictionary = new StructuredDictionary(fields.Value(i));
            while (dictionary.MoveNext())
            {
                bool isList = dictionary.Kind is StructuredKind.String or StructuredKind.Token;
                if (isList && DirectiveNames.Find(dictionary.Key) is Directive.NoCache or Directive.Private && names.TryTake(dictionary.Value))
                {
                    MarkNames(fields, dictionary.Value, marks);
                }
            }
        }
    }

    private static void MarkNames(FieldTable fields, ReadOnlySpan<byte> list, FieldMarks marks)
    {
        foreach (ReadOnlySpan<byte> name in new ListElements(list))
        {
            for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
            {
                marks.Add(i);
            }
        }
    }
}
