using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>The web addresses of a sentence.</summary>
internal static class Addresses
{
    /// <summary>Takes all of them; one without <c>https://</c> gets it.</summary>
    public static string[] Take(Sentence sentence) =>
        [
            .. sentence
                .TakeKind(TokenKind.Url)
                .Select(token => token.Text.Contains("://") ? token.Text : $"https://{token.Text}")
                .Distinct(),
        ];

    /// <summary>What is wrong with them, where one is needed or at most one may be.</summary>
    public static IEnumerable<string> Problems(string[] urls, bool needed, Language language)
    {
        if (urls.Length == 0 && needed)
        {
            yield return language.Say(
                "No address is named. Say which one to ask, for example “https://example.com/status”.",
                "לא נזכרה כתובת. יש לומר לאיזו כתובת לפנות, למשל “https://example.com/status”."
            );
        }
        else if (urls.Length > 1)
        {
            yield return language.Say(
                $"It names several addresses ({string.Join(", ", urls)}). Say one; make an agent for each.",
                $"יש במשפט כמה כתובות ({string.Join(", ", urls)}). אפשר לומר אחת, וליצור סוכן לכל כתובת."
            );
        }
        else if (
            urls is [var url]
            && (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
        )
        {
            yield return language.Say(
                $"{url} is no address it can ask. Write it as https://example.com/path, without a password.",
                $"{url} אינה כתובת שאפשר לפנות אליה. אפשר לכתוב https://example.com/path, בלי סיסמה."
            );
        }
    }
}
