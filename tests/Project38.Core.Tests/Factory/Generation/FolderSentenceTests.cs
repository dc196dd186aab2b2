namespace Project38.Core.Tests.Factory.Generation;

public sealed class FolderSentenceTests
{
    [Theory]
    [InlineData(
        "Every 10 minutes tell me when a new PDF appears in /data/inbox",
        "[*/10 * * * *] folder=inbox pattern=*.pdf events=new granted=/data/inbox"
    )]
    [InlineData(
        "Watch the folder reports/ and tell me when a file is added, changed or removed",
        "[*/5 * * * *] folder=reports events=changed|new|removed"
    )]
    [InlineData(
        "Every hour tell me about new csv files in the folder uploads",
        "[0 * * * *] folder=uploads pattern=*.csv events=new"
    )]
    [InlineData(
        "Notify me when a new file arrives in the inbox folder. The first run only remembers what is already there and says nothing.",
        "[*/5 * * * *] folder=inbox events=new"
    )]
    [InlineData(
        "Every 5 minutes check the folder \"incoming orders\" and let me know when a new file shows up",
        "[*/5 * * * *] folder=incoming orders events=new"
    )]
    [InlineData(
        "Tell me when files matching reports/*.csv are changed",
        "[*/5 * * * *] folder=reports pattern=*.csv events=changed"
    )]
    [InlineData(
        "Alert me whenever a document is deleted from /srv/contracts",
        "[*/5 * * * *] folder=contracts events=removed granted=/srv/contracts"
    )]
    [InlineData(
        "Every minute watch inbox/ for new files and tell me their names",
        "[* * * * *] folder=inbox events=new"
    )]
    [InlineData("Tell me when a new invoice lands in the invoices folder", "[*/5 * * * *] folder=invoices events=new")]
    [InlineData(
        "כל 10 דקות תודיע לי כשמופיע קובץ PDF חדש בתיקייה /data/inbox",
        "[*/10 * * * *] folder=inbox pattern=*.pdf events=new granted=/data/inbox"
    )]
    [InlineData("כל שעה תודיע לי כשקבצים נמחקים בתיקייה reports", "[0 * * * *] folder=reports events=removed")]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("folder-watch " + expected);
    }

    [Theory]
    [InlineData("Tell me when a new PDF appears in /data/inbox and print it", "print")]
    [InlineData("תודיע לי כשקובץ חדש מופיע בתיקייה inbox ותמחק אותו", "ותמחק אותו")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Tell me when a new PDF appears in ../inbox",
        "That folder is outside the agent's workspace. Name it by its whole path, and grant it with --folder."
    )]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
