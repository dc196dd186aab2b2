namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>The languages a brief is read in. What is said to the user is said in the brief's own.</summary>
internal enum Language
{
    /// <summary>English, and what is no other language we read.</summary>
    English,

    /// <summary>Hebrew: any word in Hebrew letters makes a brief Hebrew.</summary>
    Hebrew,
}

internal static class LanguageWords
{
    /// <summary>The ISO code that agents get in their config.</summary>
    public static string Code(this Language language) => language == Language.Hebrew ? "he" : "en";

    /// <summary>One thing to say, side by side in the languages we have.</summary>
    public static string Say(this Language language, string english, string hebrew) =>
        language == Language.Hebrew ? hebrew : english;
}
