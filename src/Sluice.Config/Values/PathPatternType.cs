using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Http.Http1;
using Sluice.Http.Uris;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>A path that a route takes: <c>/exact</c>, <c>/below/*</c> or a glob such as <c>/*/img/**</c>.</summary>
internal sealed class PathPatternType : ScalarType<PathMatch>
{
    // Printable, but not allowed in a path (RFC 3986, section 3.3).
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("\"<>\\^`{|}");

    internal override string Expected => "a path such as `/api/*`";

    internal override string Name => "path";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, "/[!-~]*");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out PathMatch? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        // "/*" and "/**" at the end are the same: everything below.
        string text = scalar.Text;
        bool isBelow = text.EndsWith("/*", StringComparison.Ordinal) || text.EndsWith("/**", StringComparison.Ordinal);
        string path = isBelow ? text[..text.LastIndexOf('/')] : text;
        string? hint = FindProblem(text, path);
        bool isGlob = path.Contains('*', StringComparison.Ordinal);
        value = hint is not null ? null
            : isGlob ? new PathMatch(isBelow ? path + "/**" : path, PathMatchKind.Glob)
            : new PathMatch(path, isBelow ? PathMatchKind.Prefix : PathMatchKind.Exact);
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidPathPattern, $"`{text}` is not a path", hint);
        return hint is null;
    }

    internal static string? FindProblem(string text, string path) =>
        !text.StartsWith('/') && text.Contains('.', StringComparison.Ordinal) && HostName.IsName(text) ? $"for a host: `{{ host: {text} }}`"
        : !text.StartsWith('/') ? "it begins with `/`"
        : path.Split('/').Any(segment => segment != "**" && segment.Contains("**", StringComparison.Ordinal)) ? "`**` is a whole segment: `/a/**/b`"
        : path.AsSpan().ContainsAny('?', '#') ? "a path without query and fragment"
        : path.Length < text.Length && path.EndsWith('/') ? $"write `{path.TrimEnd('/')}/*`"
        : path.Any(letter => letter is <= ' ' or > '~') ? "percent-encode spaces and characters outside ASCII"
        : path.AsSpan().ContainsAny(NotInPaths) ? "percent-encode characters that URLs don't allow (RFC 3986, section 3.3)"
        : path.Length > 0 ? FindSpellingProblem(path)
        : null;

    // Requests are matched by their canonical path, so that nothing written in another way would ever match.
    private static string? FindSpellingProblem(string path)
    {
        byte[] written = Encoding.ASCII.GetBytes(path);
        var canonical = new byte[written.Length];
        Violation violation = PathCanonicalizer.Canonicalize(written, canonical, out int length);
        return violation != Violation.None ? "requests with such a path are refused"
            : canonical.AsSpan(0, length).SequenceEqual(written) ? null
            : $"requests are matched in their canonical form: `{Encoding.ASCII.GetString(canonical, 0, length)}`";
    }
}
