using Sluice.Certificates.Acme;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>One order, from its beginning to the certificate (RFC 8555, section 7.1). It is never taken up again: after a failure there is a new one.</summary>
internal sealed class OrderRun(AcmeClient client, AcmeAccount account, ChallengePresenter presenter, WorkClock clock, KeeperLimits limits)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PollMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromSeconds(30);

    // Whoever offers more chains than this has one of them.
    private const int AlternatesMax = 4;

    private string Host => client.Directory.NewOrder.Authority;

    /// <summary>
    /// 1. order; 2. prove control of what isn't proved yet; 3. wait until the order is ready; 4. make a key and send the request;
    /// 5. wait for the certificate; 6. download it, in the chain that is preferred, and check it.
    /// </summary>
    /// <exception cref="AcmeException">The issuer refused, failed, or was too slow.</exception>
    public async Task<CertificatePair> RunAsync(OrderRequest request, CancellationToken ct)
    {
        CheckProfile(request.Profile);

        // 1.
        AcmeOrder order = await OrderAsync(request, ct);

        // 2.
        foreach (Uri authorization in order.Authorizations)
        {
            await ProveAsync(authorization, request, ct);
        }

        // 3.
        order = await WaitForOrderAsync(order, null, status => status is "ready" or "valid", ct);

        // 4.
        using var key = CertificateKey.Create(request.KeyType);
        (AcmeOrder finalized, TimeSpan? retryAfter) = await client.FinalizeAsync(account, order, key.CreateSigningRequest(request.Identifier), ct);

        // 5.
        finalized = await WaitForOrderAsync(finalized, retryAfter, status => status == "valid", ct);
        Uri certificate = finalized.Certificate ?? throw new AcmeException($"{Host}: the order is valid and has no certificate.");

        // 6.
        using CertificateChain chain = await DownloadAsync(certificate, request.PreferredChain, ct);
        chain.Check(key, request.Identifier, clock.Now, Host);
        return new CertificatePair(
            CertificateChain.ReadNames(chain.Leaf),
            chain.ExportPem(),
            key.ExportPem(),
            chain.Leaf.NotBefore.ToUniversalTime(),
            chain.Leaf.NotAfter.ToUniversalTime());
    }

    private void CheckProfile(string? profile)
    {
        if (profile is null || client.Directory.Profiles.Contains(profile))
        {
            return;
        }

        string offered = client.Directory.Profiles.Count > 0 ? $"it has {string.Join(", ", client.Directory.Profiles)}" : "it has none";
        throw new AcmeException($"{Host} has no profile \"{profile}\": {offered}.") { Type = "invalidProfile" };
    }

    private async Task<AcmeOrder> OrderAsync(OrderRequest request, CancellationToken ct)
    {
        RenewalCertificateId? replaces = client.Directory.RenewalInfo is null ? null : request.Replaces;
        try
        {
            return await client.OrderAsync(account, request.Identifier, request.Profile, replaces, ct);
        }
        catch (AcmeException exception) when (replaces is not null && exception.Type is AcmeProblem.AlreadyReplaced or "malformed")
        {
            // Another order said so before (RFC 9773, section 5), or the issuer doesn't know the certificate any more.
            return await client.OrderAsync(account, request.Identifier, request.Profile, null, ct);
        }
    }

    private async Task ProveAsync(Uri uri, OrderRequest request, CancellationToken ct)
    {
        (AcmeAuthorization authorization, _) = await client.GetAuthorizationAsync(account, uri, ct);
        if (authorization.Status == "valid")
        {
            return;
        }

        FailUnlessPending(authorization);
        try
        {
            string type = ChallengePresenter.TypeOf(request.Challenge);
            AcmeChallenge challenge = authorization.Challenges.FirstOrDefault(offered => offered.Type == type)
                ?? throw new AcmeException($"{Host} offers no challenge {type} for {request.Identifier.Value}.") { IsOfValidation = true };
            string keyAuthorization = account.Key.AuthorizationOf(challenge.Token);
            await using IAsyncDisposable shown =
                await presenter.ShowAsync(request.Challenge, request.Identifier, challenge.Token, keyAuthorization, ct);
            await client.BeginValidationAsync(account, challenge, ct);
            authorization = await PollAsync(
                pollCt => client.GetAuthorizationAsync(account, uri, pollCt),
                now => now.Status is not ("pending" or "processing"),
                $"look at the challenge {type}",
                null,
                ct);
        }
        catch (Exception exception) when (exception is CertificateException)
        {
            await DeactivateAsync(uri, ct);
            throw;
        }

        if (authorization.Status != "valid")
        {
            throw ProblemReader.OfValidation(authorization.Error, Host, $"the authorization became {authorization.Status}");
        }
    }

    private void FailUnlessPending(AcmeAuthorization authorization)
    {
        if (authorization.Status != "pending")
        {
            throw ProblemReader.OfValidation(authorization.Error, Host, $"the authorization is {authorization.Status}");
        }
    }

    private async Task<AcmeOrder> WaitForOrderAsync(AcmeOrder order, TimeSpan? retryAfter, Func<string, bool> isWanted, CancellationToken ct)
    {
        if (order.Status is "pending" or "processing" || (order.Status == "ready" && !isWanted("ready")))
        {
            order = await PollAsync(
                pollCt => client.GetOrderAsync(account, order.Uri, pollCt),
                now => now.Status == "invalid" || isWanted(now.Status),
                "go on with the order",
                retryAfter ?? TimeSpan.Zero,
                ct);
        }

        if (isWanted(order.Status))
        {
            return order;
        }

        AcmeException problem = ProblemReader.OfValidation(order.Error, Host, $"the order is {order.Status}");

        // Whatever is wrong with the order is no matter of the challenge: that was passed.
        throw new AcmeException(problem.Message) { Type = problem.Type, Detail = problem.Detail, Subproblems = problem.Subproblems };
    }

    private async Task<T> PollAsync<T>(
        Func<CancellationToken, Task<(T Value, TimeSpan? RetryAfter)>> get, Func<T, bool> isSettled, string what, TimeSpan? first, CancellationToken ct)
    {
        DateTimeOffset deadline = clock.Now + limits.ProcessingMax;
        TimeSpan interval = FirstPoll;
        TimeSpan wait = first is { } asked ? Min(asked, RetryAfterMax) : interval;
        while (true)
        {
            if (wait > TimeSpan.Zero)
            {
                await clock.WaitAsync(wait, ct);
            }

            (T value, TimeSpan? retryAfter) = await get(ct);
            if (isSettled(value))
            {
                return value;
            }

            if (clock.Now >= deadline)
            {
                throw new AcmeException($"{Host} did not {what} within {limits.ProcessingMax.TotalMinutes:0} min.") { IsOfValidation = true };
            }

            wait = retryAfter is { } seconds && seconds > TimeSpan.Zero ? Min(seconds, RetryAfterMax) : interval;
            interval = Min(interval * 2, PollMax);
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    // Best effort: what stays pending is forgotten by the issuer after some days.
    private async Task DeactivateAsync(Uri authorization, CancellationToken ct)
    {
        try
        {
            await client.DeactivateAsync(account, authorization, ct);
        }
        catch (AcmeException)
        {
            // It is invalid already, or the issuer is not to be talked to.
        }
    }

    private async Task<CertificateChain> DownloadAsync(Uri uri, string? preferred, CancellationToken ct)
    {
        AcmeAnswer answer = await client.DownloadAsync(account, uri, ct);
        CertificateChain chain = CertificateChain.Read(answer.Content, Host);
        if (preferred is null || IsPreferred(chain, preferred))
        {
            return chain;
        }

        foreach (Uri alternateUri in answer.Alternates.Take(AlternatesMax))
        {
            AcmeAnswer alternate = await client.DownloadAsync(account, alternateUri, ct);
            CertificateChain candidate = CertificateChain.Read(alternate.Content, Host);
            if (IsPreferred(candidate, preferred))
            {
                chain.Dispose();
                return candidate;
            }

            candidate.Dispose();
        }

        return chain;
    }

    private static bool IsPreferred(CertificateChain chain, string preferred) =>
        chain.TopIssuerName.Equals(preferred, StringComparison.OrdinalIgnoreCase);
}
