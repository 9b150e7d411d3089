namespace Sluice.Proxy.Templates;

/// <summary>What is known where a template is used, and thereby which variables it may have. Each includes those before it.</summary>
public enum TemplateScope
{
    /// <summary>The request and its route.</summary>
    Request,

    /// <summary>A server was picked as well.</summary>
    Server,

    /// <summary>There is a response: the server's, or one of this program, which then may have no server.</summary>
    Response,
}
