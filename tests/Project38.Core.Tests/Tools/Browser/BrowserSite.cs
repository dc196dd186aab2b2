using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Tests.Tools.Browser;

/// <summary>A real web server of this machine with pages that a test gives it, each at its path.</summary>
internal sealed class BrowserSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _pages = new();

    private BrowserSite(WebApplication app) => _app = app;

    public int Port { get; private set; }

    /// <summary>Method and path of each request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<BrowserSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = new BrowserSite(builder.Build());
        _ = site._app.UseWebSockets();
        site._app.Run(context =>
        {
            site.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            if (site._pages.TryGetValue(context.Request.Path, out var page))
            {
                return page(context);
            }

            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await site._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = site._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        site.Port = new Uri(addresses.ShouldNotBeNull().Addresses.Single()).Port;
        return site;
    }

    public void Page(string path, string html, string type = "text/html; charset=utf-8") =>
        At(
            path,
            context =>
            {
                context.Response.ContentType = type;
                return context.Response.WriteAsync(html, Encoding.UTF8);
            }
        );

    public void At(string path, RequestDelegate handler) => _pages[path] = handler;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
