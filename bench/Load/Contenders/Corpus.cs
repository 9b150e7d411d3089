using System.Text;

namespace Sluice.Load.Contenders;

/// <summary>What is compressed: an answer of an API, a page and a script, the same bytes each time.</summary>
internal static class Corpus
{
    public const string JsonPath = "/corpus.json";
    public const string SmallJsonPath = "/small.json";
    public const string HtmlPath = "/corpus.html";
    public const string ScriptPath = "/corpus.js";

    public const int SmallBytes = 4 * 1024;
    public const int HtmlBytes = 64 * 1024;
    public const int ScriptBytes = 128 * 1024;
    public const int JsonBytes = 64 * 1024;

    private static readonly string[] Words =
        "account active address amount basket blue button cancel checkout colour content customer delivery detail discount empty error event filter footer format green handler header image index item label large layout list loading member message name network north number offer option order page panel payment pending price product query ready red region render request result search select shipped size small south status stock store summary table tag time title total update user value version view warehouse west window"
            .Split(' ');

    /// <summary>Everything, with the name of its file.</summary>
    public static IReadOnlyList<(string Path, byte[] Content)> All =>
        [(JsonPath, Json(JsonBytes)), (SmallJsonPath, Json(SmallBytes)), (HtmlPath, Html()), (ScriptPath, Script())];

    /// <summary>The content of a path; null when it is none of these.</summary>
    public static byte[]? Find(string path) => All.FirstOrDefault(entry => entry.Path == path).Content;

    private static byte[] Json(int length) => Repeat(length, random =>
        $"{{\"id\":{random.Next(100_000)},\"sku\":\"{random.Next():x8}\",\"name\":\"{Some(random)} {Some(random)} {Some(random)}\",\"price\":{random.Next(100_000) / 100.0:0.00},"
        + $"\"status\":\"{Some(random)}\",\"tags\":[\"{Some(random)}\",\"{Some(random)}\"],\"updated\":\"2026-0{random.Next(1, 10)}-{random.Next(10, 29)}T{random.Next(10, 24)}:{random.Next(10, 60)}:00Z\"}},\n");

    private static byte[] Html() => Repeat(HtmlBytes, random =>
        $"<article class=\"card card-{Some(random)}\" data-id=\"{random.Next(100_000)}\"><h2><a href=\"/{Some(random)}/{Some(random)}-{random.Next(1_000)}\">The {Some(random)} {Some(random)}</a></h2>"
        + $"<p class=\"text\">{string.Join(' ', Enumerable.Range(0, 12).Select(_ => Some(random)))}.</p><img src=\"/images/{random.Next():x8}.webp\" alt=\"{Some(random)}\" width=\"320\" height=\"200\"></article>\n");

    private static byte[] Script() => Repeat(ScriptBytes, random =>
        $"export function {Some(random)}{Some(random)}{random.Next(1_000)}(e,t){{const n=e.{Some(random)};if(n.length>{random.Next(100)}&&null!==t.{Some(random)})return n.map((r=>r.{Some(random)}+\"{Some(random)}\"));"
        + $"for(let o=0;o<n.length;o++)t.{Some(random)}(n[o].{Some(random)},{{{Some(random)}:!0,{Some(random)}:void 0}});return t}}\n");

    private static string Some(Random random) => Words[random.Next(Words.Length)];

    // The seed is the length: two corpora of different lengths have nothing in common.
    private static byte[] Repeat(int length, Func<Random, string> line)
    {
        var random = new Random(length);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(line(random));
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
