namespace Project38.Server.Http;

/// <summary>Answers without a body become problems: an unknown path, a method a path does not take.</summary>
internal static class StatusPage
{
    /// <summary>Writes the problem of the status that is set.</summary>
    public static Task WriteAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var detail = status switch
        {
            StatusCodes.Status404NotFound => "Nothing is at this path. GET / says where the documentation is.",
            StatusCodes.Status405MethodNotAllowed =>
                $"This path does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}.",
            StatusCodes.Status415UnsupportedMediaType => Problem.NotJson,
            StatusCodes.Status403Forbidden => "The token does not allow this.",
            _ => "The request was refused.",
        };
        return Problem.Of(status, detail).ExecuteAsync(context);
    }
}
