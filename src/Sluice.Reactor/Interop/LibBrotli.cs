using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>Brotli, which the shared framework brings along for its own streams.</summary>
internal static unsafe partial class LibBrotli
{
    public const int ParameterQuality = 1;
    public const int ParameterWindowBits = 2;
    public const int ParameterSizeHint = 5;

    public const int Process = 0;
    public const int Flush = 1;
    public const int Finish = 2;
    public const int EmitMetadata = 3;

    public const int DecoderError = 0;
    public const int DecoderDone = 1;
    public const int DecoderNeedsOutput = 3;

    private const string Name = "libSystem.IO.Compression.Native";

    [LibraryImport(Name, EntryPoint = "BrotliEncoderCreateInstance")]
    public static partial nint EncoderNew(nint allocate, nint free, nint state);

    [LibraryImport(Name, EntryPoint = "BrotliEncoderSetParameter")]
    public static partial int EncoderSet(nint encoder, int parameter, uint value);

    [LibraryImport(Name, EntryPoint = "BrotliEncoderCompressStream")]
    public static partial int Compress(nint encoder, int operation, nuint* availableIn, byte** nextIn, nuint* availableOut, byte** nextOut, nuint* total);

    [LibraryImport(Name, EntryPoint = "BrotliEncoderHasMoreOutput")]
    public static partial int EncoderHasMore(nint encoder);

    [LibraryImport(Name, EntryPoint = "BrotliEncoderDestroyInstance")]
    public static partial void EncoderFree(nint encoder);

    [LibraryImport(Name, EntryPoint = "BrotliDecoderCreateInstance")]
    public static partial nint DecoderNew(nint allocate, nint free, nint state);

    [LibraryImport(Name, EntryPoint = "BrotliDecoderDecompressStream")]
    public static partial int Decompress(nint decoder, nuint* availableIn, byte** nextIn, nuint* availableOut, byte** nextOut, nuint* total);

    [LibraryImport(Name, EntryPoint = "BrotliDecoderDestroyInstance")]
    public static partial void DecoderFree(nint decoder);
}
