using System.Text;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>Reads a configuration file into memory, within bounds.</summary>
internal static class SourceReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. Its size is not believed, since pipes and devices have none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownAs">Its name for messages.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    /// <param name="budget">What the whole configuration may still cost.</param>
    /// <param name="from">Where it is included; null for the first file.</param>
    /// <returns>Null, with a finding, when it can't be read.</returns>
    internal static SourceText? ReadFile(string path, string shownAs, DiagnosticBag diagnostics, YamlBudget budget, SourceLocation? from = null)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.CanSeek && file.Length > budget.BytesLeft)
            {
                return TooLarge(shownAs, diagnostics, from);
            }

            using var content = new MemoryStream();
            var chunk = new byte[64 * 1024];
            int read;
            while ((read = file.Read(chunk)) > 0)
            {
                content.Write(chunk, 0, read);
                if (content.Length > budget.BytesLeft)
                {
                    return TooLarge(shownAs, diagnostics, from);
                }
            }

            budget.TakeBytes(content.Length);
            return Decode(path, shownAs, content.GetBuffer().AsSpan(0, (int)content.Length), diagnostics, from);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            diagnostics.Add(DiagnosticCodes.UnreadableFile, $"can't read `{shownAs}`: {ReasonOf(path, exception)}", from);
            return null;
        }
    }

    /// <summary>Why a file can't be read, in a few words.</summary>
    internal static string ReasonOf(string path, Exception exception) => exception switch
    {
        _ when Directory.Exists(path) => "it is a directory",
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied",
        _ => exception.Message,
    };

    private static SourceText? Decode(string path, string fileName, ReadOnlySpan<byte> content, DiagnosticBag diagnostics, SourceLocation? from)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            diagnostics.Add(DiagnosticCodes.NotUtf8, $"`{fileName}` is UTF-16, not UTF-8", from);
            return null;
        }

        try
        {
            return new SourceText(fileName, StrictUtf8.GetString(content)) { Folder = Path.GetDirectoryName(Path.GetFullPath(path)) };
        }
        catch (DecoderFallbackException exception)
        {
            int line = content[..Math.Max(0, exception.Index)].Count((byte)'\n') + 1;
            diagnostics.Add(DiagnosticCodes.NotUtf8, $"`{fileName}` is not UTF-8: line {line} has a byte that can't be", from);
            return null;
        }
    }

    private static SourceText? TooLarge(string fileName, DiagnosticBag diagnostics, SourceLocation? from)
    {
        string message = from is null ? $"`{fileName}` is larger than 10 MB" : $"with `{fileName}` the configuration is larger than 10 MB";
        diagnostics.Add(DiagnosticCodes.FileTooLarge, message, from);
        return null;
    }
}
