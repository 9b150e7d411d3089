using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Every policy that is used exists, and every one that exists is used.</summary>
internal static class PolicyChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A route that could not be read may have used anything.
        bool isReliable = !diagnostics.HasErrors;
        List<string> names = [.. config.Policies.Select(policy => policy.Name)];
        HashSet<string> known = [.. names];
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (PolicyUseConfig use in config.Routes.SelectMany(route => route.Use))
        {
            used.Add(use.Name);
            if (!known.Contains(use.Name))
            {
                string? nearest = NearestWord.Find(use.Name, names);
                used.Add(nearest ?? use.Name);
                AddUnknown(use, nearest, names, diagnostics);
            }
        }

        foreach (PolicyConfig policy in config.Policies.Where(policy => isReliable && !used.Contains(policy.Name)))
        {
            diagnostics.Add(DiagnosticCodes.UnusedPolicy, $"no route uses the policy `{policy.Name}`", policy.Location);
        }
    }

    private static void AddUnknown(PolicyUseConfig use, string? nearest, List<string> names, DiagnosticBag diagnostics)
    {
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownPolicy, $"there is no policy `{use.Name}`", use.Location)
        {
            Hint = nearest is null ? null : $"did you mean `{nearest}`?",

            // More than a screenful helps nobody.
            ValidHere = [.. names.Take(20)],
        });
    }
}
