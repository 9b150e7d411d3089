using System.Text;

namespace Sluice.Config.Placeholders;

/// <summary>Where the values of placeholders come from; each file is read once for a configuration. Not safe for several threads.</summary>
/// <param name="environment">The value of a variable, or null.</param>
/// <param name="touched">Gets the full path of each file that is looked for.</param>
internal sealed class ValueSources(Func<string, string?> environment, Action<string> touched)
{
    // A certificate chain with its key fits in; what doesn't is no value but a document.
    private const int FileBytesMax = 64 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, (string? Value, string Reason)> _files = new(StringComparer.Ordinal);

    /// <summary>The value of a variable; null when it isn't set.</summary>
    internal string? FindVariable(string name) => environment(name);

    /// <summary>The content of a file without its last line end.</summary>
    /// <param name="path">The file; not necessarily in its shortest form.</param>
    /// <param name="reason">Why there is none, which says nothing of the content.</param>
    internal string? ReadFile(string path, out string reason)
    {
        if (!_files.TryGetValue(path, out (string? Value, string Reason) known))
        {
            known = Read(path);
            _files.Add(path, known);
        }

        reason = known.Reason;
        return known.Value;
    }

    private (string? Value, string Reason) Read(string path)
    {
        try
        {
            touched(Path.GetFullPath(path));
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var content = new byte[FileBytesMax + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length > FileBytesMax ? (null, "it is larger than 64 KiB") : Decode(content.AsSpan(0, length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return (null, Yaml.SourceReader.ReasonOf(path, exception));
        }
    }

    private static (string? Value, string Reason) Decode(ReadOnlySpan<byte> content)
    {
        if (content.Contains((byte)0))
        {
            return (null, "it has a NUL character");
        }

        try
        {
            string text = StrictUtf8.GetString(content);
            int end = text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : text.EndsWith('\n') ? 1 : 0;
            return (text[..^end], "");
        }
        catch (DecoderFallbackException)
        {
            return (null, "it is not UTF-8");
        }
    }
}
