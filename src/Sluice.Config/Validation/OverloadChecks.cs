using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Validation;

/// <summary>Steps against overload come one after another.</summary>
internal static class OverloadChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // What could not be read is as by default, and may seem to be in the wrong place.
        if (diagnostics.HasErrors || config.Overload is not { Plan: { } plan } overload)
        {
            return;
        }

        (string Key, int Percent)[] steps = StepsOf(plan);
        for (int i = 1; i < steps.Length; i++)
        {
            if (steps[i].Percent <= steps[i - 1].Percent)
            {
                diagnostics.Add(
                    DiagnosticCodes.OutOfRange,
                    $"`{steps[i].Key}` begins at {steps[i].Percent} %, and not above `{steps[i - 1].Key}` at {steps[i - 1].Percent} %",
                    overload.Location,
                    "the steps rise: " + string.Join(" < ", steps.Select(step => $"`{step.Key}`")));
            }
        }
    }

    private static (string Key, int Percent)[] StepsOf(OverloadPlan plan) =>
    [
        ("reduce_timeouts", plan.ReduceTimeoutsPercent), ("shrink", plan.ShrinkPercent), ("close", plan.ClosePercent), ("shed", plan.ShedPercent),
        ("refuse", plan.RefusePercent),
    ];
}
