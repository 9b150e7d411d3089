namespace Sluice.Certificates;

/// <summary>
/// A certificate could not be obtained, kept or made. The message is written for the operator: what failed, with whom, and why.
/// It never holds a secret: no key, no token of an account, no password of a hook.
/// </summary>
public class CertificateException : Exception
{
    /// <summary>For serializers and tests; say what happened instead.</summary>
    public CertificateException()
    {
    }

    /// <summary>With what to tell the operator.</summary>
    public CertificateException(string message)
        : base(message)
    {
    }

    /// <summary>With what to tell the operator, and what caused it.</summary>
    public CertificateException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
