using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Tests.Tools.Http;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tests.Factory;

public sealed class SourceProbeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FromBrief_SaysWhatTheSourceGave_WhenItAnswers()
    {
        await using var server = await WebServer.StartAsync(context =>
            context.Response.WriteAsync("""{"data": {"last": 245.3}}""", Cancelled)
        );
        var config = new JsonObject
        {
            ["quote_url"] = $"http://127.0.0.1:{server.Port}/q/{{symbol}}?key=hidden",
            ["field"] = "data.last",
        };

        var (result, looked) = await MakeAsync("Tell me when Tesla rises by 5%", config, server);

        looked.ShouldBe($"127.0.0.1:{server.Port} answers: 245.3");
        server.Requests.ShouldBe(1);
        result.ShouldBeOfType<FactoryResult.Proved>().Report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task FromBrief_MakesTheAgentAndAsksForASource_WhenNoneAnswers()
    {
        var (result, looked) = await MakeAsync("Tell me when Tesla rises by 5%", config: null);

        looked.ShouldBe("no source gave anything just now");
        var warning = result.ShouldBeOfType<FactoryResult.Proved>().Report.Findings.ShouldHaveSingleItem();
        warning.Rule.ShouldBe("silent-source");
        warning.Message.ShouldContain("--config quote_url=https://");
        warning.Message.ShouldContain("api.nasdaq.com: There is no host 'api.nasdaq.com'");
    }

    [Fact]
    public async Task FromBrief_SpeaksTheBriefsLanguage_WhenNoSourceAnswers()
    {
        var brief = "צור לי סוכן שעוקב אחרי מניות של טסלה ומתריע כאשר המחיר עולה ב-5%";

        var (result, looked) = await MakeAsync(brief, config: null);

        looked.ShouldBe("שום מקור לא ענה כרגע");
        result.ShouldBeOfType<FactoryResult.Proved>().Report.Findings[0].Message.ShouldContain("אפשר לתת כתובת משלך");
    }

    [Theory]
    [InlineData("/500", "It answered with status 500.")]
    [InlineData("/text", "It did not answer with JSON.")]
    [InlineData("/other", "Its answer has no field data.last.")]
    [InlineData("/null", "Its answer holds no value in the field data.last.")]
    [InlineData("/slow", "No whole answer came within")]
    [InlineData("/away", "is not granted")]
    public async Task FromBrief_SaysWhyTheSourceIsOfNoUse_WhenItAnswersOtherwise(string path, string why)
    {
        await using var server = await WebServer.StartAsync(context =>
            context.Request.Path.Value switch
            {
                "/text" => context.Response.WriteAsync("<html>", Cancelled),
                "/other" => context.Response.WriteAsync("""{"data": [1]}""", Cancelled),
                "/null" => context.Response.WriteAsync("""{"data": {"last": null}}""", Cancelled),
                "/slow" => Task.Delay(Timeout.Infinite, context.RequestAborted),
                "/away" => Task.Run(() => context.Response.Redirect("https://example.org/"), Cancelled),
                _ => Task.FromResult(context.Response.StatusCode = 500),
            }
        );
        var config = new JsonObject
        {
            ["quote_url"] = $"http://127.0.0.1:{server.Port}{path}",
            ["field"] = "data.last",
            ["sources"] = new JsonArray(),
        };

        var (result, _) = await MakeAsync("Tell me when Tesla rises by 5%", config, server);

        result.ShouldBeOfType<FactoryResult.Proved>().Report.Findings[0].Message.ShouldContain(why);
    }

    [Fact]
    public async Task FromBrief_GoesNoFartherThanTheEgressPolicy_WhenASentenceNamesAPrivateHost()
    {
        await using var server = await WebServer.StartAsync(context =>
            context.Response.WriteAsync("secret", Cancelled)
        );

        var (result, _) = await MakeAsync($"Tell me when http://127.0.0.1:{server.Port}/x changes", config: null);

        server.Requests.ShouldBe(0);
        result.ShouldBeOfType<FactoryResult.Proved>().Report.Findings[0].Message.ShouldContain("not public");
    }

    [Theory]
    [InlineData("Tell me when {0}/x changes")]
    [InlineData("Tell me when {0}/x is down 3 times in a row")]
    [InlineData("Check the links on {0}/x every Monday and tell me which are broken")]
    [InlineData("Every morning tell me the new entries of {0}/feed.xml that mention rust")]
    [InlineData("Tell me when the field queue.length at {0}/x is above 100")]
    public async Task FromBrief_LooksAtTheAddressOfTheSentence_WhateverTheBlueprint(string sentence)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("hello", Cancelled);
        });
        var brief = string.Format(null, sentence, $"http://127.0.0.1:{server.Port}");

        var (_, looked) = await MakeAsync(brief, config: null, server);

        looked.ShouldBe($"127.0.0.1:{server.Port} answers: status 200, text/plain, 5 bytes");
    }

    [Fact]
    public async Task FromBrief_LooksNowhere_WhenTheAgentAsksNobody()
    {
        var (_, looked) = await MakeAsync("Remind me every Sunday at 9 to water the plants", config: null);

        looked.ShouldBeNull();
    }

    private static async Task<(FactoryResult Result, string? Looked)> MakeAsync(
        string sentence,
        JsonObject? config,
        WebServer? allowed = null
    )
    {
        await using var services = FactoryFixture.Build(services =>
            services
                .Configure<EgressOptions>(options => options.AllowedPrivateHosts.Add($"127.0.0.1:{allowed?.Port}"))
                .Configure<FactoryOptions>(options => options.SourceTimeout = TimeSpan.FromSeconds(1))
        );
        var steps = new List<FactoryProgress>();
        var result = await services
            .GetRequiredService<AgentFactory>()
            .FromBriefAsync(
                new AgentBrief(sentence, null, "UTC", "test", config),
                strict: true,
                new Steps(steps),
                Cancelled
            );
        return (result, steps.SingleOrDefault(step => step.Step == "looked")?.Text);
    }

    private sealed class Steps(List<FactoryProgress> all) : IProgress<FactoryProgress>
    {
        public void Report(FactoryProgress value) => all.Add(value);
    }
}
