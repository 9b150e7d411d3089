using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Routing.Patterns;

/// <summary>A path as routes and conditions write it, ready to be compared with canonical paths.</summary>
internal sealed class PathPattern
{
    private readonly PathMatchKind _kind;
    private readonly byte[] _text;
    private readonly PathGlob? _glob;

    internal PathPattern(PathMatch plan)
    {
        _kind = plan.Kind;
        _text = Encoding.UTF8.GetBytes(plan.Text);
        _glob = plan.Kind == PathMatchKind.Glob ? new PathGlob(plan.Text) : null;
        Regex = plan.Kind == PathMatchKind.Regex ? new TextPattern(plan.Text) : null;
    }

    /// <summary>The regular expression, if it is one.</summary>
    internal TextPattern? Regex { get; }

    internal bool Matches(ReadOnlySpan<byte> path) => _kind switch
    {
        PathMatchKind.Exact => path.SequenceEqual(_text),
        PathMatchKind.Prefix => IsBelow(path),
        PathMatchKind.Glob => _glob!.Matches(path),
        _ => Regex!.IsMatch(path),
    };

    // A prefix ends where a segment does.
    private bool IsBelow(ReadOnlySpan<byte> path) =>
        _text.Length == 0 || (path.StartsWith(_text) && (path.Length == _text.Length || path[_text.Length] == (byte)'/'));
}
