namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>Hebrew verbs that ask for something, in the forms people ask with: imperative, future, infinitive.</summary>
/// <remarks>
/// All forms of one verb are the same word to every pattern, so a blueprint names one of them. Present and past forms
/// say what happens and not what is wanted, so they are not here.
/// </remarks>
internal static class HebrewVerbs
{
    private static readonly Dictionary<string, string[]> _forms = new[]
    {
        "בדוק בדקי תבדוק תבדקי לבדוק שתבדוק שתבדקי יבדוק שיבדוק",
        "ודא ודאי תוודא תוודאי לוודא שתוודא שיוודא",
        "הזכר הזכירי תזכיר תזכירי להזכיר שתזכיר שתזכירי יזכיר שיזכיר",
        "הודע הודיעי תודיע תודיעי להודיע שתודיע שתודיעי יודיע שיודיע",
        "הגד הגידי תגיד תגידי להגיד שתגיד שתגידי יגיד שיגיד",
        "התרע התריעי תתריע תתריעי להתריע שתתריע יתריע שיתריע",
        "עדכן עדכני תעדכן תעדכני לעדכן שתעדכן יעדכן שיעדכן",
        "דווח דווחי תדווח תדווחי לדווח שתדווח ידווח שידווח",
        "סכם סכמי תסכם תסכמי לסכם שתסכם יסכם שיסכם",
        "חבר תחבר תחברי לחבר שתחבר יחבר שיחבר",
        "חשב חשבי תחשב תחשבי לחשב שתחשב יחשב שיחשב",
        "ספור תספור תספרי לספור שתספור יספור שיספור",
        "עקוב עקבי תעקוב תעקבי לעקוב שתעקוב יעקוב שיעקוב",
        "חפש חפשי תחפש תחפשי לחפש שתחפש יחפש שיחפש",
        "מצא תמצא תמצאי למצוא שתמצא ימצא שימצא",
        "נטר נטרי תנטר תנטרי לנטר שתנטר ינטר שינטר",
        "השווה תשווה תשווי להשוות שתשווה ישווה שישווה",
    }
        .Select(line => line.Split(' '))
        .SelectMany(verb => verb.Select(form => (form, verb)))
        .ToDictionary(pair => pair.form, pair => pair.verb);

    /// <summary>All forms of the verb that a word is a form of; none when it is no such verb.</summary>
    public static IReadOnlyList<string> FormsOf(string word) => _forms.GetValueOrDefault(word, []);
}
