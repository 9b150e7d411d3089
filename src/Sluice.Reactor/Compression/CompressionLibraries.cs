using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Which of the native libraries there are. Any thread.</summary>
public static class CompressionLibraries
{
    private static readonly Lazy<bool> Zstd = new(() => IsThere(LibZstd.Name, "ZSTD_compressStream2"));

    /// <summary>Whether the system has zstd. Gzip and brotli come with the runtime.</summary>
    public static bool HasZstd => Zstd.Value;

    /// <summary>Whether a library can be loaded and has a function.</summary>
    internal static bool IsThere(string library, string function) =>
        NativeLibrary.TryLoad(library, out nint handle) && NativeLibrary.TryGetExport(handle, function, out _);
}
