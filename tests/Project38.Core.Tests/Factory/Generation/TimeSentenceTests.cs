namespace Project38.Core.Tests.Factory.Generation;

/// <summary>Times of sentences are read exactly or refused with the words quoted, and never guessed.</summary>
public sealed class TimeSentenceTests
{
    [Theory]
    // Days left out.
    [InlineData("Remind me every day except Saturday at 9 to stretch", "[0 9 * * 0,1,2,3,4,5] text=stretch")]
    [InlineData("Remind me every day at 9 except on Saturday to stretch", "[0 9 * * 0,1,2,3,4,5] text=stretch")]
    [InlineData("Remind me at 9 except Fridays and Saturdays to stretch", "[0 9 * * 0,1,2,3,4] text=stretch")]
    [InlineData("Remind me every day at 9 to stretch except Saturday", "[0 9 * * 0,1,2,3,4,5] text=stretch")]
    [InlineData("Remind me every day but not on Friday and Saturday at 7 to run", "[0 7 * * 0,1,2,3,4] text=run")]
    [InlineData("Remind me every day except weekends at 9 to stretch", "[0 9 * * 1,2,3,4,5] text=stretch")]
    [InlineData("Remind me weekdays except Wednesday at 8 to write", "[0 8 * * 1,2,4,5] text=write")]
    [InlineData("Remind me every day excluding Sunday at 8 pm to read", "[0 20 * * 1,2,3,4,5,6] text=read")]
    [InlineData("Remind me every day other than Monday at 8 to read", "[0 8 * * 0,2,3,4,5,6] text=read")]
    [InlineData("Remind me every hour except Saturday to drink", "[0 * * * 0,1,2,3,4,5] text=drink")]
    [InlineData("תזכיר לי כל יום חוץ משבת ב-8 לשתות", "[0 8 * * 0,1,2,3,4,5] text=לשתות")]
    [InlineData("תזכיר לי כל יום ב-8 חוץ מיום שישי ושבת לשתות", "[0 8 * * 0,1,2,3,4] text=לשתות")]
    [InlineData("תזכיר לי כל יום פרט לשבת בשעה 9 להתמתח", "[0 9 * * 0,1,2,3,4,5] text=להתמתח")]
    [InlineData("תזכיר לי כל יום למעט יום שבת ב-7 לרוץ", "[0 7 * * 0,1,2,3,4,5] text=לרוץ")]
    [InlineData("תזכיר לי כל יום ב-8 אבל לא בשבת לשתות", "[0 8 * * 0,1,2,3,4,5] text=לשתות")]
    [InlineData("תזכיר לי כל שעה חוץ משבת לשתות", "[0 * * * 0,1,2,3,4,5] text=לשתות")]
    // Hours in words.
    [InlineData("Remind me tomorrow at ten to buy milk", "[0 10 23 11 *] text=buy milk")]
    [InlineData("Remind me tomorrow at one to eat", "[0 1 23 11 *] text=eat")]
    [InlineData("Remind me tomorrow at one in the afternoon to eat", "[0 13 23 11 *] text=eat")]
    [InlineData("Remind me every day at half past eight to drink", "[30 8 * * *] text=drink")]
    [InlineData("Remind me every day at half past eight in the evening to drink", "[30 20 * * *] text=drink")]
    [InlineData("Remind me every day at quarter to nine to drink", "[45 8 * * *] text=drink")]
    [InlineData("Remind me every day at a quarter past nine to drink", "[15 9 * * *] text=drink")]
    [InlineData("Remind me every day at quarter to one in the afternoon to eat", "[45 12 * * *] text=eat")]
    [InlineData("Remind me every day at ten thirty to drink", "[30 10 * * *] text=drink")]
    [InlineData("Remind me every day at ten thirty pm to sleep", "[30 22 * * *] text=sleep")]
    [InlineData("Remind me every day at eight forty five to drink", "[45 8 * * *] text=drink")]
    [InlineData("Remind me every day at twenty past seven to drink", "[20 7 * * *] text=drink")]
    [InlineData("Remind me every day at twenty five to seven to drink", "[35 6 * * *] text=drink")]
    [InlineData("Remind me every day at ten minutes to eight to drink", "[50 7 * * *] text=drink")]
    [InlineData("Remind me every day at five past twelve to drink", "[5 12 * * *] text=drink")]
    [InlineData("Remind me every day at half past 8 to drink", "[30 8 * * *] text=drink")]
    [InlineData("Remind me every day at seven o'clock to drink", "[0 7 * * *] text=drink")]
    [InlineData("Remind me every day at eleven pm to sleep", "[0 23 * * *] text=sleep")]
    [InlineData("Remind me every evening at half past seven to read", "[30 19 * * *] text=read")]
    [InlineData("Remind me every day at eight and at ten to drink", "[0 8,10 * * *] text=drink")]
    [InlineData("Remind me every day at noon to eat", "[0 12 * * *] text=eat")]
    [InlineData("Remind me tomorrow at midnight to sleep", "[0 0 23 11 *] text=sleep")]
    [InlineData("Remind me every day at quarter to twelve at night to sleep", "[45 23 * * *] text=sleep")]
    [InlineData("תזכיר לי מחר בעשר לקנות חלב", "[0 10 23 11 *] text=לקנות חלב")]
    [InlineData("תזכיר לי כל יום בשמונה וחצי בערב לשתות", "[30 20 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום בשמונה וחצי לשתות", "[30 8 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום ברבע לתשע לשתות", "[45 8 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום בתשע ורבע לשתות", "[15 9 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום בעשרה לתשע לשתות", "[50 8 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום בשש בבוקר לקום", "[0 6 * * *] text=לקום")]
    [InlineData("תזכיר לי כל יום בשש בערב לאכול", "[0 18 * * *] text=לאכול")]
    [InlineData("תזכיר לי כל יום באחת עשרה וחצי בלילה לישון", "[30 23 * * *] text=לישון")]
    [InlineData("תזכיר לי כל יום בשתים עשרה בצהריים לאכול", "[0 12 * * *] text=לאכול")]
    [InlineData("תזכיר לי כל יום באחת בצהריים לאכול", "[0 13 * * *] text=לאכול")]
    [InlineData("תזכיר לי כל יום בצהריים לאכול", "[0 12 * * *] text=לאכול")]
    [InlineData("תזכיר לי מחר בחמש אחר הצהריים לצאת", "[0 17 23 11 *] text=לצאת")]
    [InlineData("תזכיר לי כל יום ב-8 וחצי לשתות", "[30 8 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום בשעה שמונה לשתות", "[0 8 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום בשמונה ובעשר לשתות", "[0 8,10 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל יום ב-8 וב-20 לקחת כדור", "[0 8,20 * * *] text=לקחת כדור")]
    [InlineData("תזכיר לי כל ערב בשמונה לקרוא", "[0 20 * * *] text=לקרוא")]
    // Parts of the day.
    [InlineData("Remind me every day in the evening to read", "[0 18 * * *] text=read")]
    [InlineData("Remind me tomorrow in the morning to run", "[0 8 23 11 *] text=run")]
    [InlineData("תזכיר לי כל יום בערב לקרוא", "[0 18 * * *] text=לקרוא")]
    [InlineData("Remind me every morning and every evening to drink", "[0 8,18 * * *] text=drink")]
    [InlineData("Remind me every day at 8 and in the evening to drink", "[0 8,18 * * *] text=drink")]
    [InlineData("Remind me every evening at 8 and 9 to drink", "[0 20,21 * * *] text=drink")]
    [InlineData("Remind me every evening at 8 and in the morning to drink", "[0 8,20 * * *] text=drink")]
    [InlineData("תזכיר לי כל יום בבוקר ובצהריים לנשום", "[0 8,12 * * *] text=לנשום")]
    [InlineData("תזכיר לי כל יום ב-8 ובערב לנשום", "[0 8,18 * * *] text=לנשום")]
    [InlineData("תזכיר לי כל בוקר וערב לנשום", "[0 8,18 * * *] text=לנשום")]
    [InlineData("תזכיר לי כל יום בחצות ובצהריים לנשום", "[0 0,12 * * *] text=לנשום")]
    // Windows.
    [InlineData("Remind me every hour between 9 and 17 to drink", "[0 9-17 * * *] text=drink")]
    [InlineData("Remind me every hour from 9 to 17 to drink", "[0 9-17 * * *] text=drink")]
    [InlineData("Remind me every hour from 9 am to 5 pm to drink", "[0 9-17 * * *] text=drink")]
    [InlineData("Remind me every hour from 9 to 5 pm to drink", "[0 9-17 * * *] text=drink")]
    [InlineData("Remind me every hour to drink between 9 and 17", "[0 9-17 * * *] text=drink")]
    [InlineData("Remind me every hour on weekdays between 9 and 17 to drink", "[0 9-17 * * 1-5] text=drink")]
    [InlineData("Remind me every hour between 9:30 and 17:30 to drink", "[30 9-17 * * *] text=drink")]
    [InlineData("Remind me every 2 hours between 8 and 20 to drink", "[0 8,10,12,14,16,18,20 * * *] text=drink")]
    [InlineData("Remind me every 5 hours between 8 and 20 to drink", "[0 8,13,18 * * *] text=drink")]
    [InlineData("Remind me every 30 minutes between 9 and 17 to blink", "[*/30 9-16 * * *] text=blink")]
    [InlineData("Remind me every hour from 22:00 to 6:00 to look", "[0 0,1,2,3,4,5,6,22,23 * * *] text=look")]
    [InlineData("Remind me every hour between nine and eleven to drink", "[0 9-11 * * *] text=drink")]
    [InlineData("תזכיר לי כל שעה בין 9 ל-17 לשתות", "[0 9-17 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל שעה בין השעות 9 ל-17 לשתות", "[0 9-17 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל שעה משמונה עד עשר לשתות", "[0 8-10 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל שעה מ-9 עד 17 לשתות", "[0 9-17 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל שעה בין שמונה לעשר לשתות", "[0 8-10 * * *] text=לשתות")]
    [InlineData("תזכיר לי כל חצי שעה בין 9 ל-17 חוץ משבת לשתות", "[*/30 9-16 * * 0,1,2,3,4,5] text=לשתות")]
    [InlineData("Remind me every day from Monday to Friday at 8 to drink", "[0 8 * * 1,2,3,4,5] text=drink")]
    // One cron for several hours.
    [InlineData("Remind me at 8, 12 and 20 every day to take the pill", "[0 8,12,20 * * *] text=take the pill")]
    [InlineData("Remind me every day at 8 am and 8 pm to take the pill", "[0 8,20 * * *] text=take the pill")]
    [InlineData("Remind me every day at noon and midnight to breathe", "[0 0,12 * * *] text=breathe")]
    [InlineData("Remind me every day at 8, at 12, at 20 to breathe", "[0 8,12,20 * * *] text=breathe")]
    [InlineData("Remind me every day at 8 am and 8:30 am to breathe", "[0,30 8 * * *] text=breathe")]
    [InlineData("Remind me every day at 8:00, 8:30, 20:00 and 20:30 to run", "[0,30 8,20 * * *] text=run")]
    // Time that belongs to the text.
    [InlineData("Remind me tomorrow at 8 to be at the dentist at 9", "[0 8 23 11 *] text=be at the dentist at 9")]
    [InlineData("Remind me every day at 8 to leave at 9", "[0 8 * * *] text=leave at 9")]
    [InlineData("Remind me every Friday at 8 to buy 2 apples", "[0 8 * * 5] text=buy 2 apples")]
    [InlineData("Remind me every day to buy 2 apples", "[0 8 * * *] text=buy 2 apples")]
    [InlineData("Remind me tomorrow at 9 to call Monday.com", "[0 9 23 11 *] text=call Monday.com")]
    [InlineData(
        "Remind me tomorrow at 9 to ask Dana about the report on Monday",
        "[0 9 23 11 *] text=ask Dana about the report on Monday"
    )]
    [InlineData("Remind me every day at 8 to take the 9:30 train", "[0 8 * * *] text=take the 9:30 train")]
    [InlineData("Remind me every day at 8 \"stretch and at 9 swim\"", "[0 8 * * *] text=stretch and at 9 swim")]
    [InlineData("Remind me every day at 8 to read for 20 minutes", "[0 8 * * *] text=read for 20 minutes")]
    [InlineData("תזכיר לי מחר ב-8 להיות אצל הרופא ב-9", "[0 8 23 11 *] text=להיות אצל הרופא ב-9")]
    [InlineData("תזכיר לי כל יום שישי ב-8 לקנות 2 חלות", "[0 8 * * 5] text=לקנות 2 חלות")]
    [InlineData("Remind me to call mom tomorrow at 9", "[0 9 23 11 *] text=call mom")]
    [InlineData("Remind me to drink every hour between 9 and 17", "[0 9-17 * * *] text=drink")]
    [InlineData("Remind me every day at 9 New York time to call", "[0 9 * * * America/New_York] text=call")]
    // Hebrew ways to ask.
    [InlineData("הזכר לי כל יום ב-8 לשתות", "[0 8 * * *] text=לשתות")]
    [InlineData("הזכירי לי כל יום ב-8 לשתות", "[0 8 * * *] text=לשתות")]
    [InlineData("אני רוצה שתזכיר לי כל יום ב-8 לשתות", "[0 8 * * *] text=לשתות")]
    public void Choose_ReadsTheTimeExactly_WhenItIsUnderstood(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("reminder " + expected);
    }

    [Theory]
    [InlineData("Remind me every day at 8 to drink except holidays", "except holidays")]
    [InlineData("Remind me every day except holidays at 8 to drink", "except holidays at 8")]
    [InlineData("Remind me every day at sunrise to drink", "at sunrise")]
    [InlineData("Remind me every hour between sunrise and sunset to drink", "between sunrise and sunset")]
    [InlineData("Remind me every hour to drink between sunrise and sunset", "between sunrise")]
    [InlineData("Remind me every hour during working hours to drink", "during working hours")]
    [InlineData("Remind me weekdays at 8 and weekends at 10 to drink", "and weekends at 10")]
    [InlineData("Remind me on Monday and Wednesday at 7 pm to run and at 9 to swim", "and at 9")]
    [InlineData("Remind me every day at 8 to run and on Mondays to swim", "and on Mondays")]
    [InlineData("Remind me every day at 8 to drink and every hour to stand", "and every hour")]
    [InlineData("Remind me every day at twenty to drink", "at twenty")]
    [InlineData("Remind me every day before 9 to drink", "before 9")]
    [InlineData("Remind me every day to drink before 9", "before 9")]
    [InlineData("Remind me every day to drink at sunset", "at sunset")]
    [InlineData("Remind me every day to call at ten the bank", "at ten")]
    [InlineData("Remind me every day after lunch to walk", "after lunch")]
    [InlineData("Remind me every Friday at 8 to drink every day", "every day")]
    [InlineData("Remind me every day around 8 to drink", "around 8")]
    [InlineData("Remind me every day at 10 past 8 to drink", "past 8")]
    [InlineData("Remind me at 8 and at some other time every day to drink", "and at some other time every day")]
    [InlineData("תזכיר לי כל יום ב-8 לרוץ ובתשע לשחות", "ובתשע")]
    [InlineData("תזכיר לי כל יום ב-8 לרוץ וב-9 לשחות", "וב-9")]
    [InlineData("תזכיר לי כל יום ב-8 לשתות חוץ מחגים", "חוץ מחגים")]
    [InlineData("תזכיר לי כל יום חוץ מחגים ב-8 לשתות", "חוץ מחגים ב-8")]
    [InlineData("תזכיר לי כל יום בזריחה לשתות", "בזריחה")]
    [InlineData("תזכיר לי כל יום לפני 9 לשתות", "לפני 9")]
    [InlineData("תזכיר לי כל יום לשתות לפני 9", "לפני 9")]
    [InlineData("תזכיר לי כל יום בעשרים לשתות", "בעשרים")]
    [InlineData("Remind me every day at 8 for a week to drink", "for a week")]
    [InlineData("תזכיר לי כל יום ב-8 למשך שבוע לשתות", "למשך שבוע")]
    [InlineData("Remind me every day at 8 to breathe starting tomorrow", "starting tomorrow")]
    [InlineData("Remind me every day at thirteen to drink", "at thirteen")]
    [InlineData("תזכיר לי כל יום ראשון בעשר לקנות חלב ובשלישי לחם", "ובשלישי")]
    public void Choose_QuotesTheWords_WhenTheyLookLikeTimeAndAreNotUnderstood(string sentence, string words)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + words);
    }

    [Theory]
    [InlineData("Remind me every Monday except Tuesday at 9 to stretch", "no Tuesday to leave out")]
    [InlineData("Remind me tomorrow except Saturday at 9 to stretch", "no Saturday to leave out")]
    [InlineData("Remind me every day at 8 and 10 pm to drink", "“8 and 10 pm” is no clear time")]
    [InlineData("Remind me every hour between 9 and 5 to drink", "in several ways")]
    [InlineData("Remind me every hour between 8 and 10 pm to drink", "in several ways")]
    [InlineData("Remind me every 30 minutes from 9:30 to 17:00 to drink", "cannot be written as one cron")]
    [InlineData("Remind me every day between 9 and 17 to drink", "not how often")]
    [InlineData("Check that example.com is up between 9 and 17", "not how often")]
    [InlineData("Check that example.com is up except on Saturday", "not how often")]
    [InlineData("Remind me tomorrow about the meeting at 9", "may belong to the text")]
    [InlineData("Remind me tomorrow to be at the dentist at 9", "may belong to the text")]
    [InlineData("Remind me about the meeting on Monday", "may belong to the text")]
    [InlineData("Remind me that the shop opens tomorrow at 9", "may belong to the text")]
    [InlineData("Remind me every day at 8 and at 9:30 to drink", "cannot say “8”, “9:30” together")]
    [InlineData("Remind me every day at 8 every Monday at 9 to drink", "do not go together")]
    [InlineData("Remind me at 8 and 20 to breathe", "It says “8”, “20”, but not on which days")]
    [InlineData("Remind me tomorrow at 8 and 20 to breathe", "“tomorrow”, “at 8 and 20”")]
    [InlineData("Remind me every day at 8:00 and 20:30 to breathe", "cannot say “8:00”, “20:30” together")]
    [InlineData("Every day at 9 am in the evening remind me to breathe", "“9 am in the evening” is no clear time")]
    [InlineData("Every evening remind me at 9 am to breathe", "“9 am every evening” is no clear time")]
    [InlineData("Remind me every day at noon and 8 to breathe", "“noon and 8” is no clear time")]
    [InlineData("Remind me every day in the morning and evening at 9 to breathe", "in the morning and evening at 9")]
    [InlineData("Remind me every day at 10 in the afternoon to breathe", "“10 in the afternoon”")]
    [InlineData("Remind me tonight at 1 to breathe", "“1 tonight”")]
    [InlineData("Remind me every day at 8 to breathe for 3 weeks", "“for 3 weeks” may be how long")]
    [InlineData("Remind me to breathe for 3 weeks every day at 8", "“for 3 weeks” may be how long")]
    [InlineData("תזכיר לי כל יום ב-8 לנשום במשך 3 שבועות", "“במשך 3 שבועות” עשוי לומר")]
    [InlineData("תזכיר לי כל יום ב-8 לנשום במשך שבועיים", "“במשך שבועיים” עשוי לומר")]
    [InlineData("תזכיר לי ב-8 וב-20 לנשום", "נאמר “8”, “20”")]
    [InlineData("תזכיר לי כל יום ב-8 וב-9 בערב לנשום", "“8 וב-9 בערב” אינה שעה ברורה")]
    [InlineData("תזכיר לי מחר על הפגישה ב-9", "יכול להיות חלק")]
    [InlineData("תזכיר לי מחר להגיע לרופא ב-9", "יכול להיות חלק")]
    [InlineData("תזכיר לי כל יום בין 9 ל-17 לשתות", "באיזו תדירות")]
    [InlineData("תזכיר לי כל יום ב-8 וב-9:30 לשתות", "אי אפשר לומר “8”, “9:30”")]
    [InlineData("Every day at 8 add up ../../etc/passwd and tell me when the total passes 1000", "named by its name")]
    public void Choose_SaysWhy_WhenTheTimeIsUnderstoodAndCannotBe(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("בדוק כל שעה שהאתר https://example.com פועל", "uptime [0 * * * *] url=https://example.com")]
    [InlineData("לבדוק כל שעה שהאתר https://example.com עובד", "uptime [0 * * * *] url=https://example.com")]
    [InlineData("אני רוצה שתבדוק כל שעה שהאתר https://example.com זמין", "uptime [0 * * * *] url=https://example.com")]
    [InlineData("בדקי את example.com כל שעה והודיעי לי כשהוא לא עונה", "uptime [0 * * * *] url=https://example.com")]
    [InlineData(
        "Every hour between 9 and 17 check that example.com is up",
        "uptime [0 9-17 * * *] url=https://example.com"
    )]
    [InlineData(
        "Every 5 minutes except Saturday check that example.com is up",
        "uptime [*/5 * * * 0,1,2,3,4,5] url=https://example.com"
    )]
    [InlineData(
        "Every day at half past eight except Friday add up expenses.csv and tell me when the total passes 1000",
        "table-total [30 8 * * 0,1,2,3,4,6] file=expenses.csv threshold=1000"
    )]
    [InlineData(
        "כל יום בשמונה וחצי חוץ משבת לסכם את expenses.csv ולהודיע לי כשהסכום עובר את 1000",
        "table-total [30 8 * * 0,1,2,3,4,5] file=expenses.csv threshold=1000"
    )]
    public void Choose_ReadsTheSameTimes_WhenTheBlueprintIsAnother(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Remind me every hour between 9 and 17 to drink", "from 09:00 to 17:00, both included")]
    [InlineData("Remind me every 10 minutes between 9 and 17 to drink", "from 09:00 to 16:50, both included")]
    [InlineData("Remind me every day except Saturday at 9 to drink", "Every day except Saturday at 09:00")]
    [InlineData("תזכיר לי כל שעה בין 9 ל-17 לשתות", "מ-09:00 עד 17:00, כולל שתיהן")]
    [InlineData("תזכיר לי כל יום חוץ משבת ב-9 לשתות", "כל יום חוץ משבת בשעה 09:00")]
    public void Choose_SaysTheWindowAndTheDaysLeftOut_WhenItUnderstood(string sentence, string words)
    {
        var (served, _) = Reading.Of(sentence);

        served!.Understood.ShouldContain(words);
    }
}
