using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>The system's libzstd, from 1.4 on; may be missing. What returns a number returns an error as well, for <see cref="IsError"/>.</summary>
internal static unsafe partial class LibZstd
{
    public const string Name = "libzstd.so.1";

    public const int ResetAll = 3;
    public const int ParameterLevel = 100;
    public const int ParameterWindowBits = 101;
    public const int DecoderParameterWindowBitsMax = 100;

    public const int Continue = 0;
    public const int Flush = 1;
    public const int End = 2;

    [LibraryImport(Name, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(Name, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint EncoderNew();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint EncoderFree(nint encoder);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_reset")]
    public static partial nuint EncoderReset(nint encoder, int what);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint EncoderSet(nint encoder, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    public static partial nuint EncoderSetLength(nint encoder, ulong length);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(nint encoder, ZstdBuffer* output, ZstdBuffer* input, int operation);

    [LibraryImport(Name, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint DecoderNew();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint DecoderFree(nint decoder);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint DecoderSet(nint decoder, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint decoder, ZstdBuffer* output, ZstdBuffer* input);
}
