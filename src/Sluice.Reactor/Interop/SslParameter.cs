namespace Sluice.Reactor.Interop;

/// <summary>OpenSSL's <c>OSSL_PARAM</c>: a named value; a list of them ends with one without a name.</summary>
internal unsafe struct SslParameter
{
    public byte* Key;
    public uint Type;
    public void* Data;
    public nuint Length;
    public nuint Written;
}
