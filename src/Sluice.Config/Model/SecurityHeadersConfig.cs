namespace Sluice.Config.Model;

/// <summary>A ready-made set of response headers that tell browsers to be careful.</summary>
public enum SecurityHeadersConfig
{
    /// <summary>None.</summary>
    Off,

    /// <summary>What hardly any site breaks on.</summary>
    Basic,

    /// <summary>What a site that loads nothing from elsewhere can have.</summary>
    Strict,
}
