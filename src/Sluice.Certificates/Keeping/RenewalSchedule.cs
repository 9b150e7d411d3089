using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sluice.Certificates.Acme;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// When a certificate is renewed. Chance is drawn from the certificate itself: every machine that shares a storage draws the same, a restart
/// doesn't draw again, and a window that was moved does.
/// </summary>
internal static class RenewalSchedule
{
    // Certificates that live for less are renewed at half of their life: a third of it would leave too little time for failures.
    private static readonly TimeSpan ShortLife = TimeSpan.FromDays(10);
    private static readonly TimeSpan AskAgainMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskAgainMax = TimeSpan.FromDays(1);
    private static readonly TimeSpan AskAgainDefault = TimeSpan.FromHours(6);

    // Of the certificate's life: by how much a renewal may come earlier than at its fraction, so that many don't come at once.
    private const double JitterMax = 0.04;

    // Of the certificate's life: what a window leaves at least.
    private const double ReserveMin = 0.05;

    // Of the certificate's life, and at most: how soon a window may have a certificate renewed. An issuer that says of every new certificate
    // that its time is over would be ordered from without end.
    private const double AgeMin = 0.1;
    private static readonly TimeSpan AgeMinMax = TimeSpan.FromDays(1);

    /// <summary>When to renew: within the issuer's window (RFC 9773, section 4.2), else at a fraction of its life.</summary>
    /// <param name="serial">The certificate's serial number: what chance is drawn from.</param>
    /// <param name="notBefore">When its life begins.</param>
    /// <param name="notAfter">When its life ends.</param>
    /// <param name="window">The issuer's window; null without one.</param>
    public static DateTimeOffset Choose(string serial, DateTimeOffset notBefore, DateTimeOffset notAfter, RenewalWindow? window)
    {
        TimeSpan life = notAfter - notBefore;
        if (window is null || window.Start >= notAfter)
        {
            double fraction = life < ShortLife ? 0.5 : 2.0 / 3.0;
            return notBefore + (life * (fraction - (JitterMax * Draw(serial))));
        }

        DateTimeOffset chosen = window.Start + ((window.End - window.Start) * Draw($"{serial} {window.Start:O} {window.End:O}"));
        DateTimeOffset latest = notAfter - (life * ReserveMin);
        DateTimeOffset earliest = notBefore + (life * AgeMin < AgeMinMax ? life * AgeMin : AgeMinMax);
        return chosen < earliest ? earliest : chosen < latest ? chosen : latest;
    }

    /// <summary>When to ask for the window again: as the issuer says, within 1 minute and 24 hours (RFC 9773, section 4.3).</summary>
    public static TimeSpan AskAgain(TimeSpan? retryAfter)
    {
        TimeSpan wait = retryAfter ?? AskAgainDefault;
        return wait < AskAgainMin ? AskAgainMin : wait > AskAgainMax ? AskAgainMax : wait;
    }

    // Uniform in [0, 1).
    private static double Draw(string seed) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed))) / Math.Pow(2, 64);
}
