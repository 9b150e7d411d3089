using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>A header that is written in addition to those that are kept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; when it turns out empty, the header is not sent.</param>
/// <param name="OnlyIfAbsent">Whether one that is kept goes before.</param>
/// <param name="HttpsOnly">Whether it is only for clients that came by https.</param>
internal sealed record HeaderLine(byte[] Name, Template Value, bool OnlyIfAbsent, bool HttpsOnly);
