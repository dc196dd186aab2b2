using Project38.Core.Factory.Generation.Blueprints;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation;

/// <summary>What to say when no blueprint serves a sentence: what was refused, why, and what to do.</summary>
internal static class Refusals
{
    /// <summary>The reading that came nearest explains; where there is none, all words are left over.</summary>
    /// <param name="sentence">What nothing serves.</param>
    /// <param name="readings">Of all who read something in it.</param>
    /// <param name="blueprints">All there are.</param>
    /// <param name="isNew">Whether it was to become an agent; else an edit, and who asked for that says that nothing changed.</param>
    public static GenerationResult.Refused NoneServes(
        Sentence sentence,
        IReadOnlyList<BlueprintReading> readings,
        IReadOnlyList<Blueprint> blueprints,
        bool isNew
    )
    {
        var language = sentence.Language;
        var nearest = readings
            .OrderBy(reading => reading.Leftovers.Sum(words => words.Length))
            .ThenBy(reading => reading.Problems.Count)
            .FirstOrDefault();
        var leftovers = nearest?.Leftovers ?? Unknown(sentence);
        var reasons = new List<string>();
        if (leftovers.Count > 0)
        {
            var words = string.Join(", ", leftovers.Select(word => $"“{word}”"));
            reasons.Add(
                isNew
                    ? language.Say(
                        $"No agent was made, because nothing here accounts for these words: {words}.",
                        $"לא נוצר סוכן, כי אין כאן מי שמבין את המילים: {words}."
                    )
                    : language.Say(
                        $"Nothing here accounts for these words: {words}.",
                        $"אין כאן מי שמבין את המילים: {words}."
                    )
            );
        }
        else
        {
            reasons.Add(
                isNew
                    ? language.Say(
                        "No agent was made, because the sentence leaves something open.",
                        "לא נוצר סוכן, כי משהו חסר במשפט."
                    )
                    : language.Say("The sentence leaves something open.", "משהו חסר במשפט.")
            );
        }
        reasons.AddRange(nearest?.Problems ?? []);
        if (leftovers.Any(Tokenizer.HasUnclearNumber))
        {
            reasons.Add(
                language.Say(
                    "A number such as “1.000” or “1,5” can be meant in two ways. Write a thousand as 1000 or 1,000, and "
                        + "one and a half as 1.5; behind the point not exactly three digits (1.0850).",
                    "מספר כמו “1.000” או “1,5” אפשר להבין בשתי דרכים. אלף כותבים 1000 או 1,000, ואחד וחצי כותבים 1.5; אחרי "
                        + "הנקודה לא בדיוק שלוש ספרות (1.0850)."
                )
            );
        }
        if (leftovers.Any(words => words.Contains('/') && !words.Contains("://")))
        {
            reasons.Add(
                language.Say(
                    "A file is named by its name in the agent's workspace, for example “expenses.csv”. Put it there "
                        + "with --file, or grant its folder with --folder.",
                    "קובץ נקרא בשמו בסביבת העבודה של הסוכן, למשל “expenses.csv”. אפשר להעתיק אותו לשם עם --file, או לתת "
                        + "גישה לתיקייה שלו עם --folder."
                )
            );
        }
        if (leftovers.Count > 0 || nearest is null)
        {
            reasons.Add(WhatWorks(language, blueprints));
        }
        return new GenerationResult.Refused(string.Join('\n', reasons), leftovers);
    }

    /// <summary>Two readings of one sentence: the user says which is meant.</summary>
    public static GenerationResult.Refused SeveralServe(Sentence sentence, IReadOnlyList<BlueprintReading> served)
    {
        var both = string.Join('\n', served.Select(reading => "- " + reading.Understood));
        return new GenerationResult.Refused(
            sentence.Language.Say(
                $"The sentence can be read in several ways. Say it so that only one is left:\n{both}",
                $"אפשר להבין את המשפט בכמה דרכים. יש לנסח אותו כך שתישאר אחת:\n{both}"
            ),
            []
        );
    }

    private static IReadOnlyList<string> Unknown(Sentence sentence)
    {
        var rest = sentence.Copy();
        rest.TakeAll(TimePhrases.All);
        rest.TakeKind(TokenKind.File);
        rest.TakeKind(TokenKind.Url);
        Thresholds.Take(rest);
        Fillers.TakeTelling(rest);
        Fillers.Take(rest);
        return Fillers.Leftovers(rest);
    }

    private static string WhatWorks(Language language, IReadOnlyList<Blueprint> blueprints)
    {
        var offers = blueprints.Select(blueprint =>
            language.Say(
                $"- {blueprint.Name} {blueprint.Does(language)}: “{blueprint.Example(language)}”",
                $"- {blueprint.Name} {blueprint.Does(language)}: “{blueprint.Example(language)}”"
            )
        );
        return language.Say(
                "Say it with other words, or leave out what goes beyond these blueprints:\n",
                "אפשר לנסח אחרת, או לוותר על מה שמעבר לתבניות האלה:\n"
            )
            + string.Join('\n', offers)
            + language.Say(
                "\nA model understands the rest: set ANTHROPIC_API_KEY and start again. "
                    + "Or write the program yourself and bring it with “p38 import FILE.py”.",
                "\nמודל מבין גם את השאר: יש להגדיר ANTHROPIC_API_KEY ולהפעיל שוב. "
                    + "אפשר גם לכתוב את התוכנית ולהביא אותה עם “p38 import FILE.py”."
            );
    }
}
