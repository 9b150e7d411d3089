using System.Text;
using Sluice.Http.Http1;
using Sluice.Http.Uris;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>The changes of a route to queries. Immutable.</summary>
internal sealed class QueryEdits(PlanList<QueryEdit> plan)
{
    private readonly byte[][] _dropped = [.. plan.Where(edit => edit.DropsOld).Select(edit => Encoding.ASCII.GetBytes(edit.Name))];
    private readonly (byte[] Name, Template Value)[] _added = [.. plan.SelectMany(edit => edit.Values.Select(value => (Encoding.ASCII.GetBytes(edit.Name), value)))];

    /// <summary>Writes a query with the changes made, without its question mark.</summary>
    /// <returns>Whether there is anything in it.</returns>
    public bool Append(ref HeadWriter writer, ITemplateSource source, ReadOnlySpan<byte> query)
    {
        bool isFirst = true;
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            if (!IsDropped(pair))
            {
                AppendSeparator(ref writer, ref isFirst);
                writer.Append(pair);
            }
        }

        foreach ((byte[] name, Template value) in _added)
        {
            AppendSeparator(ref writer, ref isFirst);
            writer.Append(name);
            writer.Append("="u8);
            value.Write(ref writer, source, TemplateEncoding.Query);
        }

        return !isFirst;
    }

    private static void AppendSeparator(ref HeadWriter writer, ref bool isFirst)
    {
        if (!isFirst)
        {
            writer.Append("&"u8);
        }

        isFirst = false;
    }

    private bool IsDropped(ReadOnlySpan<byte> pair)
    {
        int equals = pair.IndexOf((byte)'=');
        ReadOnlySpan<byte> name = equals < 0 ? pair : pair[..equals];
        foreach (byte[] dropped in _dropped)
        {
            if (FormDecoder.Means(name, dropped))
            {
                return true;
            }
        }

        return false;
    }
}
