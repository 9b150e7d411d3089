using System.Text;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>Reads a configuration file into memory, within bounds.</summary>
internal static class SourceReader
{
    /// <summary>Of a file, in bytes: ten times what a machine writes for 10,000 routes.</summary>
    internal const int FileBytesMax = 10_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. Its size is not believed, since pipes and devices have none.</summary>
    /// <returns>Null, with a finding, when it can't be read.</returns>
    internal static SourceText? ReadFile(string path, DiagnosticBag diagnostics)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.CanSeek && file.Length > FileBytesMax)
            {
                return TooLarge(path, diagnostics);
            }

            using var content = new MemoryStream();
            var chunk = new byte[64 * 1024];
            int read;
            while ((read = file.Read(chunk)) > 0)
            {
                content.Write(chunk, 0, read);
                if (content.Length > FileBytesMax)
                {
                    return TooLarge(path, diagnostics);
                }
            }

            return Decode(path, content.GetBuffer().AsSpan(0, (int)content.Length), diagnostics);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            diagnostics.Add(DiagnosticCodes.UnreadableFile, $"can't read `{path}`: {ReasonOf(path, exception)}", null);
            return null;
        }
    }

    /// <summary>Decodes the content of a file.</summary>
    /// <returns>Null, with a finding, when it is not UTF-8.</returns>
    internal static SourceText? Decode(string fileName, ReadOnlySpan<byte> content, DiagnosticBag diagnostics)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            diagnostics.Add(DiagnosticCodes.NotUtf8, $"`{fileName}` is UTF-16, not UTF-8", null);
            return null;
        }

        try
        {
            return new SourceText(fileName, StrictUtf8.GetString(content));
        }
        catch (DecoderFallbackException exception)
        {
            int line = content[..Math.Max(0, exception.Index)].Count((byte)'\n') + 1;
            diagnostics.Add(DiagnosticCodes.NotUtf8, $"`{fileName}` is not UTF-8: line {line} has a byte that can't be", null);
            return null;
        }
    }

    private static SourceText? TooLarge(string path, DiagnosticBag diagnostics)
    {
        diagnostics.Add(DiagnosticCodes.FileTooLarge, $"`{path}` is larger than 10 MB", null);
        return null;
    }

    private static string ReasonOf(string path, Exception exception) => exception switch
    {
        _ when Directory.Exists(path) => "it is a directory",
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied",
        _ => exception.Message,
    };
}
