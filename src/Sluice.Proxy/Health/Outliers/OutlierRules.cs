using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Health.Outliers;

/// <summary>Compares the servers of an upstream by what they did in the last intervals. Used again and again with the same memory; for one thread.</summary>
/// <remarks>
/// First <see cref="Begin"/>, then <see cref="Add"/> for each server that takes requests, then <see cref="Judge"/> for each. The deviation is that of Envoy's
/// outlier detection (success rate), but a server is never an outlier for a difference that is within the noise.
/// </remarks>
internal sealed class OutlierRules(OutlierPlan plan, int servers)
{
    // Four servers without an error and one with a single one make a deviation, too: below a tenth of the requests it means nothing.
    private const double NoiseShare = 0.1;

    // Nor do a few milliseconds, however many times the median they are.
    private const double NoiseMs = 5;

    // A median of two is one of them.
    private const int LatencyServersMin = 3;

    private readonly SiblingShares _shares = new(servers);
    private readonly double[] _rates = new double[servers];
    private readonly double[] _times = new double[servers];
    private int _rateCount;
    private int _timeCount;
    private double _meanRate;
    private double _deviation;
    private double _medianMs;

    /// <summary>Forgets all servers.</summary>
    public void Begin()
    {
        _shares.Clear();
        _rateCount = 0;
        _timeCount = 0;
    }

    /// <summary>Adds what a server did.</summary>
    public void Add(in OutcomeTotals recent)
    {
        if (recent.Requests > 0)
        {
            _shares.Add(recent.ErrorShare);
        }

        if (recent.Requests >= plan.RequestsMin)
        {
            _rates[_rateCount++] = 1 - recent.ErrorShare;
        }

        if (recent.Timed >= plan.RequestsMin)
        {
            _times[_timeCount++] = recent.MeanMs;
        }
    }

    /// <summary>Makes them comparable, once all are there.</summary>
    public void End()
    {
        _shares.Sort();
        Array.Sort(_times, 0, _timeCount);
        _medianMs = _timeCount == 0 ? 0 : _times[(_timeCount - 1) / 2];
        _meanRate = 0;
        double squares = 0;
        foreach (double rate in _rates.AsSpan(0, _rateCount))
        {
            _meanRate += rate / _rateCount;
        }

        foreach (double rate in _rates.AsSpan(0, _rateCount))
        {
            squares += (rate - _meanRate) * (rate - _meanRate);
        }

        _deviation = _rateCount == 0 ? 0 : Math.Sqrt(squares / _rateCount);
    }

    /// <summary>Whether a server stands out; then why.</summary>
    public bool Judge(in OutcomeTotals recent, out OutlierCause cause, out string reason)
    {
        cause = default;
        reason = "";
        if (FailsTooOften(recent))
        {
            cause = OutlierCause.ErrorRatio;
            reason = $"{recent.ErrorShare * 100:0.#} % of {recent.Requests} requests failed";
        }
        else if (IsBelowTheOthers(recent))
        {
            cause = OutlierCause.SuccessRate;
            reason = $"{(1 - recent.ErrorShare) * 100:0.#} % of {recent.Requests} requests went well, where {_meanRate * 100:0.#} % do on average";
        }
        else if (IsSlow(recent))
        {
            cause = OutlierCause.Latency;
            reason = $"{recent.Timed} responses took {recent.MeanMs:0.#} ms on average, where {_medianMs:0.#} ms are usual";
        }

        return reason.Length > 0;
    }

    private bool FailsTooOften(in OutcomeTotals recent) =>
        plan.ErrorPercent > 0
        && recent.Requests >= plan.RequestsMin
        && recent.ErrorShare * 100 >= plan.ErrorPercent
        && _shares.StandsOut(recent.ErrorShare);

    private bool IsBelowTheOthers(in OutcomeTotals recent)
    {
        double below = _meanRate - (1 - recent.ErrorShare);
        return plan.DeviationHundredths > 0
            && recent.Requests >= plan.RequestsMin
            && _rateCount >= plan.ServersMin
            && below >= NoiseShare
            && below > _deviation * plan.DeviationHundredths / 100;
    }

    private bool IsSlow(in OutcomeTotals recent) =>
        plan.LatencyFactorHundredths > 0
        && recent.Timed >= plan.RequestsMin
        && _timeCount >= LatencyServersMin
        && recent.MeanMs - _medianMs >= NoiseMs
        && recent.MeanMs * 100 > _medianMs * plan.LatencyFactorHundredths;
}
