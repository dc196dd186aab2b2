namespace Project38.Core.Tests.Factory.Generation;

public sealed class ReleasesSentenceTests
{
    [Theory]
    [InlineData(
        "Every day at 9 tell me when there is a new release of python/cpython",
        "[0 9 * * *] repository=python/cpython"
    )]
    [InlineData("Notify me of new releases of astral-sh/uv every hour", "[0 * * * *] repository=astral-sh/uv")]
    [InlineData(
        "Watch https://github.com/dotnet/runtime and let me know when a new version is released, including pre-releases",
        "[0 * * * *] repository=dotnet/runtime prereleases=true"
    )]
    [InlineData(
        "Every 6 hours check https://github.com/vercel/next.js/releases for new releases, ignoring pre-releases",
        "[0 */6 * * *] repository=vercel/next.js"
    )]
    [InlineData("Tell me about new stable releases of rust-lang/rust", "[0 * * * *] repository=rust-lang/rust")]
    [InlineData(
        "Check http://127.0.0.1:8080/repos/acme/tool/releases every hour and tell me about new releases. The first run stays silent.",
        "[0 * * * *] repository=acme/tool api=http://127.0.0.1:8080"
    )]
    [InlineData(
        "Every hour tell me when acme/tool publishes a new release; the API is at http://127.0.0.1:8080",
        "[0 * * * *] repository=acme/tool api=http://127.0.0.1:8080"
    )]
    [InlineData(
        "Tell me about new releases of https://git.example.com/team/app",
        "[0 * * * *] repository=team/app api=https://git.example.com/api/v3"
    )]
    [InlineData(
        "Tell me about new releases of acme/tool. If the repository does not exist, fail the run. Include the tag and the link.",
        "[0 * * * *] repository=acme/tool"
    )]
    [InlineData("כל יום ב-9 תודיע לי כשיש גרסה חדשה של python/cpython", "[0 9 * * *] repository=python/cpython")]
    [InlineData(
        "תודיע לי על גרסאות חדשות של המאגר astral-sh/uv כל שעה, כולל גרסאות בטא",
        "[0 * * * *] repository=astral-sh/uv prereleases=true"
    )]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("releases " + expected);
    }

    [Theory]
    [InlineData("Tell me about new releases of acme/tool and install them", "install them")]
    [InlineData("Tell me about new pre-releases of acme/tool", "pre")]
    [InlineData("כל יום ב-9 תודיע לי כשיש גרסה חדשה של python/cpython ותתקין אותה", "ותתקין אותה")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Tell me about new releases of acme/tool and of acme/other",
        "It names several repositories (acme/tool, acme/other). Say one; make an agent for each."
    )]
    [InlineData(
        "Tell me when there is a new release of my project",
        "No repository is named. Say which one, as owner/name or by its address on GitHub."
    )]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
