using System.Text;
using CsCheck;
using Project38.Core.Harness;

namespace Project38.Core.Tests.Harness;

public sealed class StoredTextTests
{
    [Fact]
    public void LogTail_KeepsTheEndInWholeCharacters_WhenTheLogIsTooLong()
    {
        var log = "start" + string.Concat(Enumerable.Repeat("שלום😀", 100_000)) + "end";

        var tail = StoredText.LogTail(log, out var start);

        Encoding.UTF8.GetByteCount(tail).ShouldBeInRange(256 * 1024 - 3, 256 * 1024);
        start.ShouldBe(Encoding.UTF8.GetByteCount(log) - Encoding.UTF8.GetByteCount(tail));
        tail.ShouldEndWith("😀end");
        tail.ShouldNotContain('\uFFFD');
    }

    [Fact]
    public void Message_IsTextThatAnyDatabaseTakes_WhateverTheAgentSaid()
    {
        Gen.String[Gen.Char, 0, 6000]
            .Sample(text =>
            {
                var message = StoredText.Message(text);

                message.Length.ShouldBeLessThanOrEqualTo(4096);
                message.ShouldNotContain('\0');
                Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(message)).ShouldBe(message);
            });
    }
}
