using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>Deflate of zlib-ng, which the shared framework brings along for its own streams; docs/decisions/0009 says why it is called here.</summary>
internal static unsafe partial class LibZlib
{
    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int BufferError = -5;

    public const int NoFlush = 0;
    public const int SyncFlush = 2;
    public const int Finish = 4;

    public const int Deflated = 8;
    public const int DefaultMemory = 8;
    public const int DefaultStrategy = 0;

    /// <summary>A window of 32 KiB; 16 more for the header of gzip, and less than 0 for none.</summary>
    public const int GzipWindowBits = 15 + 16;

    private const string Name = "libSystem.IO.Compression.Native";

    [LibraryImport(Name, EntryPoint = "CompressionNative_DeflateInit2_")]
    public static partial int DeflateInit(ZlibStream* stream, int level, int method, int windowBits, int memory, int strategy);

    [LibraryImport(Name, EntryPoint = "CompressionNative_Deflate")]
    public static partial int Deflate(ZlibStream* stream, int flush);

    [LibraryImport(Name, EntryPoint = "CompressionNative_DeflateEnd")]
    public static partial int DeflateEnd(ZlibStream* stream);

    [LibraryImport(Name, EntryPoint = "CompressionNative_InflateInit2_")]
    public static partial int InflateInit(ZlibStream* stream, int windowBits);

    [LibraryImport(Name, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Inflate(ZlibStream* stream, int flush);

    [LibraryImport(Name, EntryPoint = "CompressionNative_InflateReset2_")]
    public static partial int InflateReset(ZlibStream* stream, int windowBits);

    [LibraryImport(Name, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int InflateEnd(ZlibStream* stream);

    [LibraryImport(Name, EntryPoint = "CompressionNative_Crc32")]
    public static partial uint Crc32(uint crc, byte* buffer, int length);
}
