using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Sluice.Admin.Api;

/// <summary>Says what is wrong with a request in JSON (RFC 9457), where an endpoint or the lack of one only gave a status.</summary>
internal static class ProblemResponses
{
    /// <summary>Runs the rest of the pipeline.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A bug in an endpoint is told to its caller, and the proxy goes on.")]
    internal static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        string? detail = null;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
            detail = exception.Message;
        }

        HttpResponse response = context.Response;
        if (response.StatusCode < StatusCodes.Status400BadRequest || response.HasStarted || response.ContentType is not null)
        {
            return;
        }

        var problem = new ProblemReport { Title = ReasonPhrases.GetReasonPhrase(response.StatusCode), Status = response.StatusCode, Detail = detail };
        await response.WriteAsJsonAsync(problem, ApiJson.Default.ProblemReport, "application/problem+json").ConfigureAwait(false);
    }
}
