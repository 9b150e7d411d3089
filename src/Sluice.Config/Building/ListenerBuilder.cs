namespace Sluice.Config.Building;

/// <summary>Builds an address to listen on.</summary>
public sealed class ListenerBuilder : ValueBuilder<ListenerBuilder>
{
    internal ListenerBuilder(string address)
        : base($"listener `{address}`")
    {
        Set("address", address);
    }

    /// <summary>A name for matches; unique.</summary>
    public ListenerBuilder Name(string name) => Set("name", name);

    /// <summary>Serves a certificate from files in PEM.</summary>
    /// <param name="certificate">The file of the certificate and its intermediates.</param>
    /// <param name="key">The file of its key; null when that is in the same file.</param>
    public ListenerBuilder Tls(string certificate, string? key = null) => Tls(tls => tls.Set("certificates", pair =>
    {
        pair.Set("cert", certificate);
        if (key is not null)
        {
            pair.Set("key", key);
        }
    }));

    /// <summary>TLS, by the keys of a file.</summary>
    public ListenerBuilder Tls(Action<OptionsBuilder> configure) => Set("tls", configure);

    /// <summary>Whether clients that come with TLS are offered HTTP/2. They are unless this says otherwise.</summary>
    public ListenerBuilder Http2(bool isOn = true) => Set("http2", isOn);

    /// <summary>Takes clients that begin with HTTP/2 without asking, beside those of HTTP/1; for a listener without TLS.</summary>
    public ListenerBuilder Http2PriorKnowledge() => Set("http2", "prior_knowledge");

    /// <summary>TLS with certificates that are obtained for the hosts of the routes.</summary>
    public ListenerBuilder AutomaticTls() => Set("tls", "auto");
}
