using Sluice.Load.Contenders;
using Sluice.Load.Rows;

namespace Sluice.Load.Driver;

/// <summary>One careful request before the load: wrk counts bytes but does not look at them.</summary>
internal static class Preflight
{
    /// <summary>An upload's head as it reaches the origin is smaller than this, so a missing body shows.</summary>
    private const int RequestHeadBytesMax = 2048;

    /// <exception cref="BenchException">The contender answered wrongly; its numbers would mean nothing.</exception>
    public static async Task CheckAsync(Contender contender, LoadRow row, CancellationToken stop)
    {
        using HttpClient client = Contender.NewClient(TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(row.UploadBytes > 0 ? HttpMethod.Post : HttpMethod.Get, contender.Url(row.Path));
        if (row.UploadBytes > 0)
        {
            request.Content = new ByteArrayContent(new byte[row.UploadBytes]);
        }

        using HttpResponseMessage response = await client.SendAsync(request, stop);
        byte[] body = await response.Content.ReadAsByteArrayAsync(stop);
        if (!response.IsSuccessStatusCode)
        {
            throw new BenchException($"{contender.Name} answers {row.Path} with {(int)response.StatusCode}");
        }

        bool right = row.UploadBytes > 0 ? IsReceived(body, row.UploadBytes) : body.AsSpan().SequenceEqual(Origin.Body(row.ResponseBytes));
        if (!right)
        {
            throw new BenchException($"{contender.Name} answers {row.Path} with wrong bytes ({body.Length} of them)");
        }
    }

    private static bool IsReceived(byte[] body, int uploadBytes)
    {
        return int.TryParse(body, out int received) && received > uploadBytes && received < uploadBytes + RequestHeadBytesMax;
    }
}
