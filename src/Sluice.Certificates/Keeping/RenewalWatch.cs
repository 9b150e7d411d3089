using Sluice.Certificates.Acme;

namespace Sluice.Certificates.Keeping;

/// <summary>Finds out when the certificate of one name is to be renewed, asking the issuer from time to time (RFC 9773). One owner.</summary>
internal sealed class RenewalWatch(string name, CertificateHolding holding, KeeperContext context)
{
    // After a failure; an issuer that is in trouble is left alone for a while.
    private static readonly TimeSpan AskAgainAfterFailure = TimeSpan.FromHours(1);

    /// <summary>When to come again because the issuer is to be asked again; far away when it isn't.</summary>
    public DateTimeOffset AskAgainAt { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>When to renew; the earliest of times when there is nothing, or nothing of an issuer of the plan.</summary>
    public async Task<DateTimeOffset> FindAsync(CompiledPlan plan, CancellationToken ct)
    {
        AskAgainAt = DateTimeOffset.MaxValue;
        if (holding.Held is not { } held || holding.Details is not { } details || plan.FindSession(held.IssuerFolder) is not { } session)
        {
            return DateTimeOffset.MinValue;
        }

        if (held.RenewalId is not null && context.Clock.Now >= details.AskAgainAt)
        {
            details = await AskAsync(session, held, details, ct);
            await holding.NoteAsync(details, ct);
        }

        AskAgainAt = held.RenewalId is null ? DateTimeOffset.MaxValue : details.AskAgainAt;
        return RenewalSchedule.Choose(held.Serial, held.NotBefore, held.NotAfter, details.Window);
    }

    private async Task<CertificateDetails> AskAsync(IssuerSession session, HeldCertificate held, CertificateDetails details, CancellationToken ct)
    {
        using IDisposable place = await context.RenewalQuestions.EnterAsync(ct);
        try
        {
            AcmeClient client = await session.OpenAsync(ct);
            if (client.Directory.RenewalInfo is null)
            {
                return details with { Window = null, AskAgainAt = context.Clock.Now + context.Limits.DirectoryMax };
            }

            RenewalWindow window = await client.GetRenewalWindowAsync(held.RenewalId!, ct);
            ReportMove(session, details.Window, window);
            return details with { Window = window, AskAgainAt = context.Clock.Now + RenewalSchedule.AskAgain(window.RetryAfter) };
        }
        catch (CertificateException exception)
        {
            context.Log(
                KeeperSeverity.Warning, KeeperEvent.RenewalInformation, name, session.Plan.Name,
                $"{session.Plan.Name} gave no renewal information for {name}: {exception.Message}");
            TimeSpan wait = exception is AcmeException { RetryAfter: { } asked } ? RenewalSchedule.AskAgain(asked) : AskAgainAfterFailure;
            return details with { AskAgainAt = context.Clock.Now + wait };
        }
    }

    private void ReportMove(IssuerSession session, RenewalWindow? before, RenewalWindow now)
    {
        if (before is not null && now.Start < before.Start)
        {
            context.Log(
                KeeperSeverity.Warning, KeeperEvent.RenewalInformation, name, session.Plan.Name,
                $"{session.Plan.Name} wants {name} renewed earlier: between {now.Start:u} and {now.End:u}.");
        }
    }
}
