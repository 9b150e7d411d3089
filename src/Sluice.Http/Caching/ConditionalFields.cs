using Sluice.Http.Http1;

namespace Sluice.Http.Caching;

/// <summary>Writes the fields of a request that validates what is stored (RFC 9111, section 4.3.1). The client's own conditions have to be left out of it.</summary>
public static class ConditionalFields
{
    /// <summary>For one stored response: its entity tag, and its date as well, for servers that don't know tags.</summary>
    /// <param name="writer">May overflow.</param>
    /// <param name="stored">Of the stored response.</param>
    /// <returns>False when there is nothing to ask with: the response has to be fetched whole.</returns>
    public static bool Append(ref HeadWriter writer, in Validators stored)
    {
        if (stored.HasEntityTag)
        {
            writer.AppendField("If-None-Match"u8, stored.EntityTag);
        }

        if (stored.HasLastModified)
        {
            writer.AppendField("If-Modified-Since"u8, stored.LastModified);
        }

        return !stored.IsEmpty;
    }

    /// <summary>For several stored responses, none of which the request selects: their tags, and no date, since it could be any one's.</summary>
    /// <returns>False when there are none.</returns>
    public static bool Append(ref HeadWriter writer, scoped in EntityTagList tags)
    {
        if (tags.Written.IsEmpty)
        {
            return false;
        }

        writer.AppendField("If-None-Match"u8, tags.Written);
        return true;
    }
}
