using System.Numerics;
using Sluice.Http.Http1;
using Sluice.Http.Uris;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>The target that goes to a server instead of the one that came. Belongs to an exchange, whose memory it keeps from request to request.</summary>
internal sealed class UpstreamTarget
{
    /// <summary>The longest target with its query: twice what a request line may have by default.</summary>
    internal const int BytesMax = 16 * 1024;

    private const int BytesFirst = 512;

    private byte[] _memory = [];
    private int _pathLength;
    private int _queryStart;
    private int _queryLength;

    /// <summary>Whether there is one.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Whether it has a question mark.</summary>
    public bool HasQuery { get; private set; }

    /// <summary>The canonical path.</summary>
    public ReadOnlySpan<byte> Path => _memory.AsSpan(0, _pathLength);

    /// <summary>What is behind the question mark.</summary>
    public ReadOnlySpan<byte> Query => _memory.AsSpan(_queryStart, _queryLength);

    /// <summary>What its path has that the route's policy decides about.</summary>
    public PathTraits Traits { get; private set; }

    /// <summary>Whether what came out begins with a slash, as every value leaves it: otherwise it is for the operator.</summary>
    public bool BeginsWithSlash { get; private set; }

    /// <summary>Forgets it.</summary>
    public void Reset() => IsSet = false;

    /// <summary>Rewrites the target of the source's request.</summary>
    /// <returns>What is wrong with what came out, so that it may not be sent; <see cref="Violation.StartLineTooLong"/> when it is too long.</returns>
    public Violation Set(TargetRewriter rewriter, ITemplateSource source)
    {
        // Expressions are not to run again and again until there is room for what came.
        int first = Math.Max(BytesFirst, source.Request.Path.Length + source.Request.Query.Length);
        int needed = Math.Min(BytesMax, (int)BitOperations.RoundUpToPowerOf2((uint)first));
        for (int size = Math.Max(_memory.Length, needed); size <= BytesMax; size *= 2)
        {
            if (_memory.Length < size)
            {
                _memory = new byte[size];
            }

            var writer = new HeadWriter(_memory);
            if (rewriter.TryWrite(ref writer, source, out RewrittenTarget target))
            {
                Violation violation = Check(target);
                IsSet = violation == Violation.None;
                return violation;
            }
        }

        IsSet = false;
        BeginsWithSlash = true;
        return Violation.StartLineTooLong;
    }

    private Violation Check(in RewrittenTarget target)
    {
        (HasQuery, _queryStart, _queryLength) = (target.HasQuery, target.QueryStart, target.QueryLength);
        BeginsWithSlash = _memory[0] == '/' && target.PathLength > 0;
        Violation violation = CanonicalTarget.Make(_memory.AsSpan(0, target.PathLength), out _pathLength, out PathTraits traits);
        Traits = traits;
        return violation == Violation.None ? QueryCheck.Check(Query) : violation;
    }
}
