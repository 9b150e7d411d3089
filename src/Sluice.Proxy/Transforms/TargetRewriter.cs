using System.Text;
using System.Text.RegularExpressions;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>Rewrites the target of requests as a route says. Immutable. Allocates nothing, except for a path that a regular expression matches.</summary>
/// <remarks>
/// <list type="number">
/// <item>The path: a prefix is taken off and expressions are replaced, or a template takes its place; then a prefix is put before it.</item>
/// <item>Leading slashes become one. The caller brings the path to its canonical form and refuses what has none.</item>
/// <item>The query: what the new path brought with it behind a question mark, or else the request's; then it is changed value by value.</item>
/// </list>
/// </remarks>
internal sealed partial class TargetRewriter
{
    private const int LookBytesMax = 512;

    private readonly byte[] _strip;
    private readonly byte[] _add;
    private readonly Template? _replace;
    private readonly (Regex Pattern, string With)[] _regexes;
    private readonly QueryEdits? _query;

    public TargetRewriter(RewritePlan plan)
    {
        _strip = Encoding.ASCII.GetBytes(plan.StripPrefix ?? "");
        _add = Encoding.ASCII.GetBytes(plan.AddPrefix ?? "");
        _replace = plan.Replace;
        _regexes = [.. plan.Regexes.Select(rewrite => (new Regex(rewrite.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), rewrite.With))];
        _query = plan.Query.Count == 0 ? null : new QueryEdits(plan.Query);
        IsSound = plan.Replace is { } replace ? IsPath(replace) : plan.Regexes.All(rewrite => IsPartOfPath(rewrite.With));
    }

    /// <summary>Whether what the operator wrote makes a path by itself, so that it is for what came with a request when none comes out.</summary>
    public bool IsSound { get; }

    /// <summary>Writes the new target. False when the writer's memory is too small.</summary>
    public bool TryWrite(ref HeadWriter writer, ITemplateSource source, out RewrittenTarget target)
    {
        // 1. The path.
        writer.Append(_add);
        if (_replace is not null)
        {
            _replace.Write(ref writer, source, TemplateEncoding.Uri);
        }
        else
        {
            AppendPath(ref writer, source.Request.Path);
        }

        // 2. One slash at its beginning.
        LeadingSlashes.Collapse(ref writer, 0);
        if (writer.Overflowed)
        {
            target = default;
            return false;
        }

        // 3. The query.
        ReadOnlySpan<byte> written = writer.WrittenFrom(0);
        int question = written.IndexOf((byte)'?');
        bool hasQuery = question >= 0 || source.Request.HasQuery;
        ReadOnlySpan<byte> query = question >= 0 ? written[(question + 1)..] : source.Request.Query;
        int start = writer.Length;
        if (_query is not null)
        {
            hasQuery = _query.Append(ref writer, source, query);
        }
        else
        {
            writer.Append(query);
        }

        target = new RewrittenTarget(question >= 0 ? question : start, hasQuery, start, writer.Length - start);
        return !writer.Overflowed;
    }

    // With something harmless for what a request brings.
    private static bool IsPath(Template template)
    {
        string path = string.Concat(template.Parts.Select(part => part.Variable switch
        {
            TemplateVariable.None => Encoding.UTF8.GetString(part.Text.Span),
            TemplateVariable.Path or TemplateVariable.Uri => "/x",
            _ => "x",
        }));
        return IsPath(path.Split('?')[0]);
    }

    private static bool IsPartOfPath(string with) => IsPath($"/x{GroupReference().Replace(with, "x")}x");

    private static bool IsPath(string path) => CanonicalTarget.Make(Encoding.UTF8.GetBytes(path), out _, out _) == Violation.None;

    [GeneratedRegex("\\$(?:[0-9]+|\\{[^}]*\\}|[$&`'+_])")]
    private static partial Regex GroupReference();

    private void AppendPath(ref HeadWriter writer, ReadOnlySpan<byte> path)
    {
        bool isBelow = _strip.Length > 0 && path.StartsWith(_strip) && (path.Length == _strip.Length || path[_strip.Length] == '/');
        path = isBelow ? path[_strip.Length..] : path;
        path = path.IsEmpty ? "/"u8 : path;
        string? rewritten = _regexes.Length == 0 ? null : Replace(path);
        if (rewritten is null)
        {
            writer.Append(path);
            return;
        }

        foreach (char letter in rewritten)
        {
            writer.Append([(byte)letter]);
        }
    }

    // Null when no expression matches. Groups can only be had of a string. Only the first match is replaced: to go on behind it would look at the rest
    // of the path once for each match, which is the square of its length.
    private string? Replace(ReadOnlySpan<byte> path)
    {
        Span<char> letters = stackalloc char[LookBytesMax];
        string? text = null;
        if (path.Length <= letters.Length)
        {
            letters = letters[..Encoding.ASCII.GetChars(path, letters)];
        }
        else
        {
            text = Encoding.ASCII.GetString(path);
        }

        string? original = text;
        foreach ((Regex pattern, string with) in _regexes)
        {
            // A short path is looked at first, which costs no memory; a long one once.
            if (text is not null || pattern.IsMatch(letters))
            {
                text = pattern.Replace(text ?? new string(letters), with, count: 1);
            }

            if (text?.Length > UpstreamTarget.BytesMax)
            {
                // What is too long to be sent doesn't grow further.
                break;
            }
        }

        return ReferenceEquals(text, original) ? null : text;
    }
}
