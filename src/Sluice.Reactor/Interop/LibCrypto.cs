using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>The calls of OpenSSL 3's libcrypto.</summary>
internal static unsafe partial class LibCrypto
{
    public const int BioControlEof = 2;
    public const int BioControlFlush = 11;
    public const int BioRetryRead = 1 | 8;
    public const int BioRetryWrite = 2 | 8;
    public const int BioRetryFlags = 0xF;

    public const uint HostNoPartialWildcards = 4;
    public const uint HostNeverSubject = 0x20;
    public const ulong StoreCrlCheck = 4;
    public const ulong StoreCrlCheckAll = 8;
    public const ulong StoreTrustedFirst = 0x8000;
    public const ulong StorePartialChain = 0x80000;

    public const uint ParameterUtf8 = 4;
    public const uint ParameterOctets = 5;

    private const string Name = "libcrypto.so.3";

    [LibraryImport(Name, EntryPoint = "BIO_get_new_index")]
    public static partial int BioNewIndex();

    [LibraryImport(Name, EntryPoint = "BIO_meth_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BioMethodNew(int type, string name);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_read")]
    public static partial int BioMethodSetRead(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> read);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_write")]
    public static partial int BioMethodSetWrite(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> write);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_ctrl")]
    public static partial int BioMethodSetControl(nint method, delegate* unmanaged[Cdecl]<nint, int, nint, void*, nint> control);

    [LibraryImport(Name, EntryPoint = "BIO_new")]
    public static partial nint BioNew(nint method);

    [LibraryImport(Name, EntryPoint = "BIO_set_init")]
    public static partial void BioSetInit(nint bio, int init);

    [LibraryImport(Name, EntryPoint = "BIO_set_flags")]
    [SuppressGCTransition]
    public static partial void BioSetFlags(nint bio, int flags);

    [LibraryImport(Name, EntryPoint = "BIO_clear_flags")]
    [SuppressGCTransition]
    public static partial void BioClearFlags(nint bio, int flags);

    [LibraryImport(Name, EntryPoint = "d2i_X509")]
    public static partial nint ReadCertificate(nint* result, byte** input, nint length);

    [LibraryImport(Name, EntryPoint = "i2d_X509")]
    public static partial int WriteCertificate(nint certificate, byte** output);

    [LibraryImport(Name, EntryPoint = "X509_free")]
    public static partial void CertificateFree(nint certificate);

    [LibraryImport(Name, EntryPoint = "X509_get_subject_name")]
    public static partial nint CertificateSubject(nint certificate);

    [LibraryImport(Name, EntryPoint = "X509_NAME_dup")]
    public static partial nint NameCopy(nint name);

    [LibraryImport(Name, EntryPoint = "X509_NAME_free")]
    public static partial void NameFree(nint name);

    [LibraryImport(Name, EntryPoint = "d2i_X509_CRL")]
    public static partial nint ReadCrl(nint* result, byte** input, nint length);

    [LibraryImport(Name, EntryPoint = "X509_CRL_free")]
    public static partial void CrlFree(nint crl);

    [LibraryImport(Name, EntryPoint = "d2i_AutoPrivateKey")]
    public static partial nint ReadKey(nint* result, byte** input, nint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_free")]
    public static partial void KeyFree(nint key);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_new_null")]
    public static partial nint StackNew();

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_push")]
    public static partial int StackPush(nint stack, nint value);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_num")]
    public static partial int StackCount(nint stack);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_value")]
    public static partial nint StackValue(nint stack, int index);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_free")]
    public static partial void StackFree(nint stack);

    [LibraryImport(Name, EntryPoint = "X509_STORE_new")]
    public static partial nint StoreNew();

    [LibraryImport(Name, EntryPoint = "X509_STORE_free")]
    public static partial void StoreFree(nint store);

    [LibraryImport(Name, EntryPoint = "X509_STORE_up_ref")]
    public static partial int StoreReference(nint store);

    [LibraryImport(Name, EntryPoint = "X509_STORE_add_cert")]
    public static partial int StoreAddCertificate(nint store, nint certificate);

    [LibraryImport(Name, EntryPoint = "X509_STORE_add_crl")]
    public static partial int StoreAddCrl(nint store, nint crl);

    [LibraryImport(Name, EntryPoint = "X509_STORE_set_flags")]
    public static partial int StoreSetFlags(nint store, ulong flags);

    [LibraryImport(Name, EntryPoint = "X509_STORE_set_default_paths")]
    public static partial int StoreSetDefaultPaths(nint store);

    [LibraryImport(Name, EntryPoint = "X509_get_default_cert_file")]
    public static partial byte* DefaultCertificateFile();

    [LibraryImport(Name, EntryPoint = "X509_get_default_cert_dir")]
    public static partial byte* DefaultCertificateFolder();

    [LibraryImport(Name, EntryPoint = "X509_VERIFY_PARAM_set1_ip_asc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int VerifyAddress(nint parameters, string address);

    [LibraryImport(Name, EntryPoint = "X509_verify_cert_error_string")]
    public static partial byte* VerifyErrorText(nint error);

    [LibraryImport(Name, EntryPoint = "ERR_get_error")]
    public static partial ulong GetError();

    [LibraryImport(Name, EntryPoint = "ERR_reason_error_string")]
    public static partial byte* ErrorReason(ulong error);

    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    [SuppressGCTransition]
    public static partial void ClearErrors();

    [LibraryImport(Name, EntryPoint = "CRYPTO_malloc")]
    public static partial void* Allocate(nuint bytes, byte* file, int line);

    [LibraryImport(Name, EntryPoint = "CRYPTO_free")]
    public static partial void Release(void* memory, byte* file, int line);

    [LibraryImport(Name, EntryPoint = "RAND_bytes")]
    public static partial int Random(byte* bytes, int count);

    [LibraryImport(Name, EntryPoint = "EVP_CIPHER_fetch", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FetchCipher(nint library, string name, nint properties);

    [LibraryImport(Name, EntryPoint = "EVP_EncryptInit_ex2")]
    public static partial int EncryptInit(nint context, nint cipher, byte* key, byte* iv, void* parameters);

    [LibraryImport(Name, EntryPoint = "EVP_DecryptInit_ex2")]
    public static partial int DecryptInit(nint context, nint cipher, byte* key, byte* iv, void* parameters);

    [LibraryImport(Name, EntryPoint = "EVP_MAC_CTX_set_params")]
    public static partial int MacSetParameters(nint context, SslParameter* parameters);
}
