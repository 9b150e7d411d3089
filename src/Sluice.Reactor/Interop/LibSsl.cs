using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>The calls of OpenSSL 3's libssl. Handles are OpenSSL's pointers; what is a macro in C is here the control call that it stands for.</summary>
internal static unsafe partial class LibSsl
{
    public const int ControlMode = 33;
    public const int ControlReadAhead = 41;
    public const int ControlSessionCacheSize = 42;
    public const int ControlSessionCacheMode = 44;
    public const int ControlHostName = 55;
    public const int ControlStatusCallback = 63;
    public const int ControlStatusResponse = 71;
    public const int ControlGroups = 92;
    public const int ControlVerifyStore = 106;
    public const int ControlMinVersion = 123;
    public const int ControlMaxVersion = 124;

    public const int ModePartialWrite = 1;
    public const int ModeMovingWriteBuffer = 2;
    public const int ModeReleaseBuffers = 0x10;

    public const int SessionCacheOff = 0;
    public const int SessionCacheClient = 1;
    public const int SessionCacheServer = 2;
    public const int SessionCacheNoInternal = 0x300;

    public const int Version12 = 0x0303;
    public const int Version13 = 0x0304;

    public const ulong OptionNoCompression = 1UL << 17;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionServerPreference = 1UL << 22;
    public const ulong OptionNoRenegotiation = 1UL << 30;
    public const ulong OptionPrioritizeChaCha = 1UL << 21;

    public const int VerifyNone = 0;
    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoCertificate = 2;

    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorSystemCall = 5;
    public const int ErrorZeroReturn = 6;
    public const int ErrorWantClientHello = 11;

    public const int ClientHelloSuccess = 1;
    public const int ClientHelloError = 0;
    public const int ClientHelloRetry = -1;

    public const int ExtensionOk = 0;
    public const int ExtensionFatal = 2;
    public const int ExtensionNoAcknowledge = 3;

    public const int EarlyDataError = 0;
    public const int EarlyDataSuccess = 1;
    public const int EarlyDataFinish = 2;

    public const uint ServerNameExtension = 0;
    public const uint AlpnExtension = 16;

    private const string Name = "libssl.so.3";

    [LibraryImport(Name, EntryPoint = "TLS_method")]
    public static partial nint Method();

    [LibraryImport(Name, EntryPoint = "SSL_CTX_new")]
    public static partial nint ContextNew(nint method);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_free")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ContextControl(nint context, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_callback_ctrl")]
    public static partial nint ContextControlCallback(nint context, int command, delegate* unmanaged[Cdecl]<nint, void*, int> callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong ContextSetOptions(nint context, ulong options);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_cipher_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ContextSetCiphers(nint context, string ciphers);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_ciphersuites", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ContextSetCipherSuites(nint context, string suites);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_timeout")]
    public static partial nint ContextSetTimeout(nint context, nint seconds);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_client_hello_cb")]
    public static partial void ContextSetClientHello(nint context, delegate* unmanaged[Cdecl]<nint, int*, void*, int> callback, void* state);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_cert_cb")]
    public static partial void ContextSetCertificateCallback(nint context, delegate* unmanaged[Cdecl]<nint, void*, int> callback, void* state);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_alpn_select_cb")]
    public static partial void ContextSetAlpnSelect(
        nint context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, void*, int> callback, void* state);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_tlsext_ticket_key_evp_cb")]
    public static partial int ContextSetTicketKey(nint context, delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint, nint, int, int> callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_sess_set_new_cb")]
    public static partial void ContextSetNewSession(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_max_early_data")]
    public static partial int ContextSetEarlyDataMax(nint context, uint bytes);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_recv_max_early_data")]
    public static partial int ContextSetReceivedEarlyDataMax(nint context, uint bytes);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_verify")]
    public static partial void ContextSetVerify(nint context, int mode, nint callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_verify_depth")]
    public static partial void ContextSetVerifyDepth(nint context, int depth);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_cert_store")]
    public static partial void ContextSetStore(nint context, nint store);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_use_cert_and_key")]
    public static partial int ContextUseCertificate(nint context, nint certificate, nint key, nint chain, int replace);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_alpn_protos")]
    public static partial int ContextSetAlpn(nint context, byte* protocols, uint length);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_default_read_buffer_len")]
    public static partial void ContextSetReadBuffer(nint context, nuint bytes);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_num_tickets")]
    public static partial int ContextSetTicketCount(nint context, nuint count);

    [LibraryImport(Name, EntryPoint = "SSL_new")]
    public static partial nint New(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_free")]
    public static partial void Free(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_bio")]
    public static partial void SetBio(nint ssl, nint read, nint write);

    [LibraryImport(Name, EntryPoint = "SSL_set_accept_state")]
    public static partial void SetAcceptState(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetConnectState(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_do_handshake")]
    public static partial int Handshake(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_read")]
    public static partial int Read(nint ssl, byte* buffer, int count);

    [LibraryImport(Name, EntryPoint = "SSL_peek")]
    public static partial int Peek(nint ssl, byte* buffer, int count);

    [LibraryImport(Name, EntryPoint = "SSL_write")]
    public static partial int Write(nint ssl, byte* buffer, int count);

    [LibraryImport(Name, EntryPoint = "SSL_read_early_data")]
    public static partial int ReadEarlyData(nint ssl, byte* buffer, nuint count, nuint* read);

    [LibraryImport(Name, EntryPoint = "SSL_write_early_data")]
    public static partial int WriteEarlyData(nint ssl, byte* buffer, nuint count, nuint* written);

    [LibraryImport(Name, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_error")]
    public static partial int GetError(nint ssl, int result);

    [LibraryImport(Name, EntryPoint = "SSL_has_pending")]
    public static partial int HasPending(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_ctrl")]
    public static partial nint Control(nint ssl, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "SSL_use_cert_and_key")]
    public static partial int UseCertificate(nint ssl, nint certificate, nint key, nint chain, int replace);

    [LibraryImport(Name, EntryPoint = "SSL_set_verify")]
    public static partial void SetVerify(nint ssl, int mode, nint callback);

    [LibraryImport(Name, EntryPoint = "SSL_set_verify_depth")]
    public static partial void SetVerifyDepth(nint ssl, int depth);

    [LibraryImport(Name, EntryPoint = "SSL_set_client_CA_list")]
    public static partial void SetAuthorityNames(nint ssl, nint names);

    [LibraryImport(Name, EntryPoint = "SSL_set_session_id_context")]
    public static partial int SetSessionContext(nint ssl, byte* context, uint length);

    [LibraryImport(Name, EntryPoint = "SSL_set1_host", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetVerifiedHost(nint ssl, string host);

    [LibraryImport(Name, EntryPoint = "SSL_set_hostflags")]
    public static partial void SetHostFlags(nint ssl, uint flags);

    [LibraryImport(Name, EntryPoint = "SSL_get0_param")]
    public static partial nint VerifyParameters(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_session")]
    public static partial int SetSession(nint ssl, nint session);

    [LibraryImport(Name, EntryPoint = "SSL_session_reused")]
    public static partial int SessionReused(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_version")]
    public static partial int Version(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_current_cipher")]
    public static partial nint CurrentCipher(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_CIPHER_get_name")]
    public static partial byte* CipherName(nint cipher);

    [LibraryImport(Name, EntryPoint = "SSL_client_hello_get0_ext")]
    public static partial int ClientHelloExtension(nint ssl, uint type, byte** start, nuint* length);

    [LibraryImport(Name, EntryPoint = "SSL_get0_alpn_selected")]
    public static partial void SelectedAlpn(nint ssl, byte** start, uint* length);

    [LibraryImport(Name, EntryPoint = "SSL_get0_peer_certificate")]
    public static partial nint PeerCertificate(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_peer_cert_chain")]
    public static partial nint PeerChain(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_verify_result")]
    public static partial nint VerifyResult(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_is_init_finished")]
    public static partial int IsFinished(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_SESSION_free")]
    public static partial void SessionFree(nint session);
}
