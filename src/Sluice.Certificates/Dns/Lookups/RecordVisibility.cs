using System.Net;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>Waits until servers show a TXT record. Any thread.</summary>
/// <param name="client">Asks.</param>
/// <param name="time">The time to wait by.</param>
internal sealed class RecordVisibility(DnsClient client, TimeProvider time)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    /// <summary>Waits until each of the servers shows it.</summary>
    /// <param name="servers">Who is to show it.</param>
    /// <param name="name">The name of the record.</param>
    /// <param name="value">Its text.</param>
    /// <param name="timeout">For how long at most.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CertificateException">One of them didn't in time.</exception>
    internal async Task WaitAsync(IEnumerable<RecordServer> servers, DnsName name, string value, TimeSpan timeout, CancellationToken ct)
    {
        long start = time.GetTimestamp();
        var waiting = new Queue<RecordServer>(servers);
        TimeSpan pause = PauseMin;
        while (waiting.TryPeek(out RecordServer? server))
        {
            string? problem = await FindProblemAsync(server, name, value, ct);
            if (problem is null)
            {
                waiting.Dequeue();
                continue;
            }

            if (time.GetElapsedTime(start) + pause > timeout)
            {
                throw new CertificateException(
                    $"the record {name} is not visible at {server.Name} after {timeout.TotalSeconds:0.#} s: {problem}");
            }

            await Task.Delay(pause, time, ct);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private async Task<string?> FindProblemAsync(RecordServer server, DnsName name, string value, CancellationToken ct)
    {
        string problem = "it has no address";
        foreach (IPEndPoint address in server.Addresses)
        {
            try
            {
                DnsMessage response = await client.QueryAsync(address, name, DnsType.Txt, key: null, ct);
                List<string> texts = [.. response.Answers.Select(record => record.Text).OfType<string>()];

                // One that answers says what the server has; the other addresses are for those that don't.
                return texts.Contains(value) ? null
                    : response.ResponseCode is not (DnsResponseCode.Ok or DnsResponseCode.NoSuchName) ? DnsResponseText.Of(response.ResponseCode)
                    : texts.Count == 0 ? "there is no such record" : "there are only others of that name";
            }
            catch (CertificateException exception)
            {
                problem = exception.Message;
            }
        }

        return problem;
    }
}
