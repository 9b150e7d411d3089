using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>What several of the classes here need of OpenSSL.</summary>
internal static unsafe class OpenSsl
{
    /// <summary>The first error in the thread's queue in OpenSSL's words, and none left behind it.</summary>
    public static string TakeError()
    {
        ulong error = LibCrypto.GetError();
        LibCrypto.ClearErrors();
        return Text(error);
    }

    /// <summary>An error's reason in OpenSSL's words.</summary>
    public static string Text(ulong error) =>
        error == 0 ? "no reason given" : Marshal.PtrToStringUTF8((nint)LibCrypto.ErrorReason(error)) ?? $"error {error:X}";

    /// <summary>A certificate from DER; 0 when it can't be read.</summary>
    public static nint ReadCertificate(ReadOnlySpan<byte> der)
    {
        fixed (byte* start = der)
        {
            byte* input = start;
            return LibCrypto.ReadCertificate(null, &input, der.Length);
        }
    }

    /// <summary>A revocation list from DER; 0 when it can't be read.</summary>
    public static nint ReadCrl(ReadOnlySpan<byte> der)
    {
        fixed (byte* start = der)
        {
            byte* input = start;
            return LibCrypto.ReadCrl(null, &input, der.Length);
        }
    }

    /// <summary>A private key from DER; 0 when it can't be read.</summary>
    public static nint ReadKey(ReadOnlySpan<byte> der)
    {
        fixed (byte* start = der)
        {
            byte* input = start;
            return LibCrypto.ReadKey(null, &input, der.Length);
        }
    }

    /// <summary>A certificate in DER; null for none.</summary>
    public static byte[]? Write(nint certificate)
    {
        if (certificate == 0)
        {
            return null;
        }

        int length = LibCrypto.WriteCertificate(certificate, null);
        byte[] der = new byte[Math.Max(length, 0)];
        fixed (byte* start = der)
        {
            byte* output = start;
            _ = LibCrypto.WriteCertificate(certificate, &output);
        }

        return der;
    }
}
