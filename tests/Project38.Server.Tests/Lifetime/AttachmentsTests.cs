using Microsoft.Extensions.Time.Testing;
using Project38.Server.Lifetime;

namespace Project38.Server.Tests.Lifetime;

public sealed class AttachmentsTests
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();
    private readonly Attachments _attachments;

    public AttachmentsTests() => _attachments = new Attachments(_time);

    [Fact]
    public void TryClose_Waits_UntilTheFirstVerbHadItsTime()
    {
        _time.Advance(Attachments.BeforeTheFirst - Instant);
        var before = _attachments.TryClose();
        _time.Advance(Instant);

        var after = _attachments.TryClose();

        before.ShouldBeFalse();
        after.ShouldBeTrue();
    }

    [Fact]
    public void TryClose_Waits_HoweverLongTheServerTookToStart()
    {
        _time.Advance(TimeSpan.FromMinutes(5));
        _attachments.Open();

        var closed = _attachments.TryClose();

        closed.ShouldBeFalse();
    }

    [Fact]
    public void TryClose_IsFalse_WhileAnyVerbIsHere()
    {
        var first = _attachments.TryAttach()!;
        using var second = _attachments.TryAttach()!;
        first.Dispose();
        first.Dispose();
        _time.Advance(TimeSpan.FromHours(1));

        var closed = _attachments.TryClose();

        closed.ShouldBeFalse();
    }

    [Fact]
    public void TryClose_IsTrue_ShortlyAfterTheLastVerbLeft()
    {
        _attachments.TryAttach()!.Dispose();
        var atOnce = _attachments.TryClose();
        _time.Advance(Attachments.AfterTheLast);

        var later = _attachments.TryClose();

        atOnce.ShouldBeFalse();
        later.ShouldBeTrue();
    }

    [Fact]
    public void TryAttach_IsRefused_OnceClosed()
    {
        _time.Advance(Attachments.BeforeTheFirst);
        _attachments.TryClose();

        var attachment = _attachments.TryAttach();

        attachment.ShouldBeNull();
    }
}
