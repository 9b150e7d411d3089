using System.Runtime.CompilerServices;
using Sluice.Http.Headers;

namespace Sluice.Http.Representations;

/// <summary>Which content codings a client takes, and how much it wants each (RFC 9110, section 12.5.3). Allocates nothing.</summary>
/// <remarks>
/// A client that says nothing at all takes anything by that section, and yet is one that knows no coding, as a rule: it is given none, as all servers do. What can't be read
/// is not wanted; of several weights of one coding the lowest counts.
/// </remarks>
public readonly struct AcceptEncoding
{
    private readonly Weights _weights;

    private AcceptEncoding(in Weights weights, bool isPresent, bool ranksIdentity)
    {
        _weights = weights;
        IsPresent = isPresent;
        RanksIdentity = ranksIdentity;
    }

    /// <summary>Whether the client says anything.</summary>
    public bool IsPresent { get; }

    /// <summary>Whether it says by name how much it wants content as it is; otherwise any coding that it takes is better.</summary>
    public bool RanksIdentity { get; }

    /// <summary>Reads it from the fields of a request.</summary>
    public static AcceptEncoding Read(FieldTable fields)
    {
        Weights weights = default;
        for (int i = 0; i < ContentCodings.Count; i++)
        {
            weights[i] = -1;
        }

        int wildcard = -1;
        bool isPresent = false;
        for (int i = fields.IndexOf(KnownField.AcceptEncoding); i >= 0; i = fields.IndexOf(KnownField.AcceptEncoding, i + 1))
        {
            isPresent = true;
            foreach (ReadOnlySpan<byte> element in new ListElements(fields.Value(i)))
            {
                Take(element, ref weights, ref wildcard);
            }
        }

        bool ranksIdentity = weights[(int)ContentCoding.Identity] > 0;
        for (int i = 0; i < ContentCodings.Count; i++)
        {
            // Identity is fine unless something excludes it; others are named, or stand for all that are not.
            bool isIdentity = i == (int)ContentCoding.Identity;
            int unnamed = wildcard >= 0 ? wildcard : isIdentity ? Weight.Whole : 0;
            weights[i] = (short)(weights[i] >= 0 ? weights[i] : unnamed);
        }

        return new AcceptEncoding(weights, isPresent, ranksIdentity);
    }

    /// <summary>How much a coding is wanted: 0 not at all, to <see cref="Weight.Whole"/>.</summary>
    public int WeightOf(ContentCoding coding) => coding == ContentCoding.Other ? 0 : _weights[(int)coding];

    /// <summary>Whether the client can read content in a coding.</summary>
    public bool Takes(ContentCoding coding) => WeightOf(coding) > 0;

    /// <summary>The coding that the client wants most of those that there are; of those that it wants as much the first.</summary>
    /// <param name="offered">What there is beside <see cref="ContentCoding.Identity"/>, the best first.</param>
    /// <returns><see cref="ContentCoding.Identity"/> where none is wanted more, even if that is not wanted either: it is for the caller what to say then.</returns>
    public ContentCoding Choose(ReadOnlySpan<ContentCoding> offered)
    {
        ContentCoding best = ContentCoding.Identity;
        int bestWeight = 0;
        foreach (ContentCoding coding in offered)
        {
            int weight = WeightOf(coding);
            if (weight > bestWeight)
            {
                best = coding;
                bestWeight = weight;
            }
        }

        return RanksIdentity && WeightOf(ContentCoding.Identity) > bestWeight ? ContentCoding.Identity : best;
    }

    private static void Take(ReadOnlySpan<byte> element, ref Weights weights, ref int wildcard)
    {
        int end = element.IndexOf((byte)';');
        ReadOnlySpan<byte> name = FieldBytes.TrimBlanks(end < 0 ? element : element[..end]);
        int weight = end < 0 ? Weight.Whole : Weight.In(element[(end + 1)..]);
        if (name.SequenceEqual("*"u8))
        {
            wildcard = wildcard < 0 ? weight : Math.Min(wildcard, weight);
            return;
        }

        ContentCoding coding = ContentCodings.Find(name);
        if (coding != ContentCoding.Other)
        {
            ref short known = ref weights[(int)coding];
            known = (short)(known < 0 ? weight : Math.Min((int)known, weight));
        }
    }

    // One per coding that can be told apart; below 0 while nothing was said of it.
    [InlineArray(ContentCodings.Count)]
    private struct Weights
    {
        private short _first;
    }
}
