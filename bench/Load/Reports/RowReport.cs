using Sluice.Load.Contenders;
using Sluice.Load.Rows;

namespace Sluice.Load.Reports;

/// <summary>Prints what one row of work measured.</summary>
internal static class RowReport
{
    private static readonly string[] Header =
        ["", "CPU us/req", "user", "system", "requests/s", "cores", "runs", "vs nginx (min-max)", "vs haproxy (min-max)", "vs varnish (min-max)"];

    /// <summary>False when a contender has no run that counts.</summary>
    public static bool Print(LoadRow row, IReadOnlyList<Sample> samples)
    {
        Console.WriteLine();
        Console.WriteLine($"{row.Title} [{row.Key}]");
        string[] names = [.. samples.Select(sample => sample.Contender).Distinct()];
        TextTable.Print(Header, [.. names.Select(name => Line(row, samples, name))]);
        foreach (Sample sample in samples)
        {
            string[] remarks = sample.Discarded is null ? [.. sample.Marks] : ["DISCARDED: " + sample.Discarded, .. sample.Marks];
            if (remarks.Length > 0)
            {
                Console.WriteLine($"  round {sample.Round}, {sample.Contender}: {string.Join("; ", remarks)}");
            }
        }

        foreach (string name in names.Where(name => name.StartsWith(SluiceProxy.PlainName + "+", StringComparison.Ordinal)))
        {
            Console.WriteLine($"  {name} against {SluiceProxy.PlainName}: {Ratio(row, samples, name, SluiceProxy.PlainName)}");
        }

        PrintGoal(row, samples, "nginx", row.NginxGoal);
        PrintGoal(row, samples, "haproxy", row.HaproxyGoal);
        PrintGoal(row, samples, "varnish", row.VarnishGoal);
        return names.All(name => samples.Any(sample => sample.Contender == name && sample.Discarded is null));
    }

    private static string[] Line(LoadRow row, IReadOnlyList<Sample> samples, string name)
    {
        Sample[] valid = [.. samples.Where(sample => sample.Contender == name && sample.Discarded is null)];
        string Median(Func<Sample, double> value, string format) => RatioSummary.Middle([.. valid.Select(value)]).ToString(format);
        return
        [
            name, Median(sample => sample.CpuUs, "0.00"), Median(sample => sample.UserUs, "0.00"),
            Median(sample => sample.SystemUs, "0.00"), Median(sample => sample.RequestsPerSecond, "0"),
            Median(sample => sample.Cores, "0.00"), valid.Length.ToString(),
            Ratio(row, samples, name, "nginx")?.ToString() ?? "-", Ratio(row, samples, name, "haproxy")?.ToString() ?? "-",
            Ratio(row, samples, name, "varnish")?.ToString() ?? "-",
        ];
    }

    private static void PrintGoal(LoadRow row, IReadOnlyList<Sample> samples, string peer, double? goal)
    {
        if (goal is not double wanted || Ratio(row, samples, SluiceProxy.PlainName, peer) is not RatioSummary ratio)
        {
            return;
        }

        bool met = row.Throughput ? ratio.Median >= wanted : ratio.Median <= wanted;
        Console.WriteLine($"  goal {(row.Throughput ? ">=" : "<=")} {wanted:0.00} of {peer}: {(met ? "met" : "MISSED")} ({ratio.Median:0.000})");
    }

    /// <summary>Per round, this contender's measure over the peer's; null for the peer itself and when no round has both.</summary>
    private static RatioSummary? Ratio(LoadRow row, IReadOnlyList<Sample> samples, string name, string peer)
    {
        if (name == peer)
        {
            return null;
        }

        double Measure(Sample sample) => row.Throughput ? sample.RequestsPerSecond : sample.CpuUs;
        Sample[] valid = [.. samples.Where(sample => sample.Discarded is null)];
        return RatioSummary.Of(
        [
            .. from own in valid
               join other in valid on own.Round equals other.Round
               where own.Contender == name && other.Contender == peer
               select Measure(own) / Measure(other),
        ]);
    }
}
