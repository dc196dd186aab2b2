namespace Project38.Core.Tests.Factory.Generation;

/// <summary>Briefs as careful people write them: the wish, how to be told of it, and what is to happen otherwise.</summary>
public sealed class WatchingBriefTests
{
    [Theory]
    [InlineData(
        "Every 5 minutes read the price of TSLA from http://127.0.0.1:8123/quote/TSLA.json (the field \"price\") and notify me when it has gone up by 5% or more since the last alert; before the first alert compare with the first price you saw. The first run only records the price.",
        "quote [*/5 * * * *] symbol=TSLA up_percent=5 quiet_first=true quote_url=http://127.0.0.1:8123/quote/TSLA.json field=price"
    )]
    [InlineData(
        "Check http://127.0.0.1:8123/q?symbol=TSLA every 10 minutes. Tell me when Tesla is up 5% from the price at the last alert, or from the first price if there has been no alert. Name the symbol and the new price in the message.",
        "quote [*/10 * * * *] symbol=TSLA up_percent=5 quote_url=http://127.0.0.1:8123/q?symbol=TSLA"
    )]
    [InlineData(
        "Watch the stock price of Apple at http://127.0.0.1:8123/aapl every minute and alert me when it drops below $150. Alert once, and again only after it has been back at $150 or above.",
        "quote [* * * * *] symbol=AAPL below=150 quote_url=http://127.0.0.1:8123/aapl"
    )]
    [InlineData(
        "Let me know when bitcoin falls under 50000 dollars, only once. The price is at http://127.0.0.1:8123/btc under data.price.",
        "quote [*/5 * * * *] symbol=BTC below=50000 only_once=true quote_url=http://127.0.0.1:8123/btc field=data.price"
    )]
    [InlineData(
        "Notify me each time NVDA moves 3% in either direction. Quotes come from http://127.0.0.1:8123/nvda, field last.",
        "quote [*/5 * * * *] symbol=NVDA up_percent=3 down_percent=3 quote_url=http://127.0.0.1:8123/nvda field=last"
    )]
    [InlineData(
        "Monitor TSLA every 5 minutes using http://127.0.0.1:8123/quote?s=TSLA and alert me if it rises 5 percent or falls 5 percent from the last alert price.",
        "quote [*/5 * * * *] symbol=TSLA up_percent=5 down_percent=5 quote_url=http://127.0.0.1:8123/quote?s=TSLA"
    )]
    [InlineData(
        "I want to be told when Microsoft stock goes above 500, checked every 15 minutes on weekdays, via http://127.0.0.1:8123/msft.",
        "quote [*/15 * * * 1-5] symbol=MSFT above=500 quote_url=http://127.0.0.1:8123/msft"
    )]
    [InlineData(
        "Every 5 minutes fetch http://127.0.0.1:8123/price.json. When the price goes above 100, tell me the price. Do not tell me again until it has dropped to 100 or below.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/price.json field=price above=100"
    )]
    [InlineData(
        "Every 5 minutes fetch http://127.0.0.1:8123/price.json and tell me when the price is above 100. If the source is unavailable, do nothing.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/price.json field=price above=100"
    )]
    [InlineData(
        "Every minute check http://127.0.0.1:8123/status and tell me when the field \"status\" is not \"ok\", and again only after it was \"ok\" in between.",
        "json-field [* * * * *] url=http://127.0.0.1:8123/status field=status not_equals=ok"
    )]
    [InlineData(
        "Every 10 minutes check http://127.0.0.1:8123/api and tell me whenever the value of \"version\" changes, with the old and the new value. Say nothing on the first run.",
        "json-field [*/10 * * * *] url=http://127.0.0.1:8123/api field=version changes=true quiet_first=true"
    )]
    [InlineData(
        "Tell me when the number of users at http://127.0.0.1:8123/stats reaches 1000.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/stats field=users at_least=1000"
    )]
    [InlineData(
        "Every hour read the JSON at http://127.0.0.1:8123/weather and warn me when current.temp falls below 0.",
        "json-field [0 * * * *] url=http://127.0.0.1:8123/weather field=current.temp below=0"
    )]
    [InlineData(
        "Every 5 minutes get http://127.0.0.1:8123/queue and let me know when its \"depth\" exceeds 50; once per crossing.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/queue field=depth above=50"
    )]
    [InlineData(
        "Every 10 minutes, look up data.cpu in the JSON that http://127.0.0.1:8123/metrics returns, and notify me if it is over 90.",
        "json-field [*/10 * * * *] url=http://127.0.0.1:8123/metrics field=data.cpu above=90"
    )]
    [InlineData(
        "Read http://127.0.0.1:8123/balance every day at 7 and tell me if \"balance\" is less than 100.",
        "json-field [0 7 * * *] url=http://127.0.0.1:8123/balance field=balance below=100"
    )]
    [InlineData(
        "Every hour check http://127.0.0.1:8123/page and tell me when the text of the page changes. The first run stays silent. Changes in scripts or markup alone do not count.",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/page quiet_first=true"
    )]
    [InlineData(
        "Every 30 minutes check whether http://127.0.0.1:8123/shop contains the words \"In stock\" and tell me once when it does.",
        "page-change [*/30 * * * *] url=http://127.0.0.1:8123/shop contains=In stock only_once=true"
    )]
    [InlineData(
        "Watch http://127.0.0.1:8123/tickets every 5 minutes and notify me when \"Sold out\" is no longer on the page.",
        "page-change [*/5 * * * *] url=http://127.0.0.1:8123/tickets lacks=Sold out"
    )]
    [InlineData(
        "Notify me when http://127.0.0.1:8123/job no longer shows the word Open.",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/job lacks=Open"
    )]
    [InlineData(
        "Tell me when the page http://127.0.0.1:8123/terms is modified, and show me what changed.",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/terms"
    )]
    [InlineData(
        "Every day at 9 check http://127.0.0.1:8123/rates and tell me when the dollar is above 3.7 shekels; the rate is in the field rates.ILS.",
        "currency-rate [0 9 * * *] base=USD quote=ILS above=3.7 rate_url=http://127.0.0.1:8123/rates field=rates.ILS"
    )]
    [InlineData(
        "Every hour check the euro exchange rate at http://127.0.0.1:8123/eur and tell me when it drops by 2% since the last alert.",
        "currency-rate [0 * * * *] base=EUR down_percent=2 rate_url=http://127.0.0.1:8123/eur"
    )]
    [InlineData(
        "Notify me when EUR/USD goes above 1.10, from http://127.0.0.1:8123/fx?base=EUR, once, and again only after it was below 1.10.",
        "currency-rate [0 * * * *] base=EUR quote=USD above=1.1 again=1.1 rate_url=http://127.0.0.1:8123/fx?base=EUR"
    )]
    [InlineData(
        "Every 30 minutes get USD to ILS from http://127.0.0.1:8123/latest and alert me if it rises above 3.8 or falls below 3.5.",
        "currency-rate [*/30 * * * *] base=USD quote=ILS above=3.8 below=3.5 rate_url=http://127.0.0.1:8123/latest"
    )]
    [InlineData(
        "כל 5 דקות תבדוק את המחיר של TSLA בכתובת http://127.0.0.1:8123/tsla ותודיע לי כשהוא עולה ב-5% או יותר מאז ההתראה האחרונה. בריצה הראשונה רק תזכור את המחיר ואל תודיע.",
        "quote [*/5 * * * *] symbol=TSLA up_percent=5 quiet_first=true quote_url=http://127.0.0.1:8123/tsla"
    )]
    [InlineData(
        "עקוב אחרי מניית אפל כל 10 דקות לפי http://127.0.0.1:8123/aapl והתרע כאשר המחיר יורד מתחת ל-150 דולר, פעם אחת, ושוב רק אחרי שהמחיר חזר מעל 150.",
        "quote [*/10 * * * *] symbol=AAPL below=150 again=150 quote_url=http://127.0.0.1:8123/aapl"
    )]
    [InlineData(
        "תודיע לי פעם אחת כשהביטקוין עובר את 100,000 דולר. המחיר נמצא בכתובת http://127.0.0.1:8123/btc בשדה price.",
        "quote [*/5 * * * *] symbol=BTC above=100000 only_once=true quote_url=http://127.0.0.1:8123/btc field=price"
    )]
    [InlineData(
        "כל שעה בדוק את שער הדולר ב-http://127.0.0.1:8123/usd ותודיע לי כשהוא עולה מעל 3.8 שקלים",
        "currency-rate [0 * * * *] base=USD quote=ILS above=3.8 rate_url=http://127.0.0.1:8123/usd"
    )]
    [InlineData(
        "כל יום ב-9 תבדוק את שער האירו בכתובת http://127.0.0.1:8123/eur (השדה rate) ותתריע אם הוא ירד ב-2% או יותר מאז ההתראה האחרונה",
        "currency-rate [0 9 * * *] base=EUR down_percent=2 rate_url=http://127.0.0.1:8123/eur field=rate"
    )]
    [InlineData(
        "כל 10 דקות בדוק את הדף http://127.0.0.1:8123/news והודע לי כשהטקסט שלו משתנה. בפעם הראשונה אל תודיע.",
        "page-change [*/10 * * * *] url=http://127.0.0.1:8123/news quiet_first=true"
    )]
    [InlineData(
        "כל רבע שעה תבדוק אם בדף http://127.0.0.1:8123/shop מופיעות המילים \"במלאי\" ותודיע לי פעם אחת",
        "page-change [*/15 * * * *] url=http://127.0.0.1:8123/shop contains=במלאי only_once=true"
    )]
    [InlineData(
        "תודיע לי כשהכיתוב \"אזל\" נעלם מהדף http://127.0.0.1:8123/shop, תבדוק כל 10 דקות",
        "page-change [*/10 * * * *] url=http://127.0.0.1:8123/shop lacks=אזל"
    )]
    [InlineData(
        "כל 5 דקות תקרא את http://127.0.0.1:8123/stats ותודיע לי כאשר הערך של queue גדול מ-100, ושוב רק אחרי שירד ל-100 או פחות.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/stats field=queue above=100"
    )]
    [InlineData(
        "תבדוק כל דקה את http://127.0.0.1:8123/api ותתריע אם השדה status אינו \"ok\"",
        "json-field [* * * * *] url=http://127.0.0.1:8123/api field=status not_equals=ok"
    )]
    [InlineData(
        "תודיע לי בכל פעם שהשדה version ב-http://127.0.0.1:8123/api משתנה",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/api field=version changes=true"
    )]
    [InlineData(
        "Create an agent that checks the price of Ethereum every hour and alerts me if it drops 10% or more",
        "quote [0 * * * *] symbol=ETH down_percent=10"
    )]
    [InlineData(
        "Alert me if Tesla stock increases by over 5%",
        "quote [*/5 * * * *] symbol=TSLA up_percent=5 more_than=true"
    )]
    [InlineData(
        "Send me a notification when Amazon's share price hits $250",
        "quote [*/5 * * * *] symbol=AMZN at_least=250"
    )]
    [InlineData(
        "Can you watch the Apple stock and tell me if it loses 3 percent?",
        "quote [*/5 * * * *] symbol=AAPL down_percent=3"
    )]
    [InlineData("Track gold; notify me when it's up 2%", "quote [*/5 * * * *] symbol=GOLD up_percent=2")]
    [InlineData("tell me when doge is above 0.5 dollars", "quote [*/5 * * * *] symbol=DOGE above=0.5")]
    [InlineData("I'd like to know when the S&P 500 falls 3%", "quote [*/5 * * * *] symbol=SPX down_percent=3")]
    [InlineData(
        "צור סוכן שבודק כל שעה את מחיר הביטקוין ומודיע לי אם הוא ירד ב-10%",
        "quote [0 * * * *] symbol=BTC down_percent=10"
    )]
    [InlineData("אני רוצה לדעת כשמניית אמזון מגיעה ל-250 דולר", "quote [*/5 * * * *] symbol=AMZN at_least=250")]
    [InlineData(
        "תשלח לי התראה אם טסלה מאבדת יותר מ-7%",
        "quote [*/5 * * * *] symbol=TSLA down_percent=7 more_than=true"
    )]
    [InlineData("תעדכן אותי כשהדולר מתחזק ב-2% מול השקל", "currency-rate [0 * * * *] base=USD quote=ILS up_percent=2")]
    [InlineData(
        "Every 5 minutes, check the price at http://127.0.0.1:8123/tsla.json and let me know when Tesla has climbed 5% above the last price I was told about.",
        "quote [*/5 * * * *] symbol=TSLA up_percent=5 quote_url=http://127.0.0.1:8123/tsla.json"
    )]
    [InlineData(
        "When TSLA (http://127.0.0.1:8123/tsla) drops 10% from its price at the start, tell me once.",
        "quote [*/5 * * * *] symbol=TSLA down_percent=10 since=start only_once=true quote_url=http://127.0.0.1:8123/tsla"
    )]
    [InlineData(
        "Alert me when the Bitcoin price at http://127.0.0.1:8123/btc crosses above 100k dollars.",
        "quote [*/5 * * * *] symbol=BTC above=100000 quote_url=http://127.0.0.1:8123/btc"
    )]
    [InlineData(
        "Tell me if Netflix stock is down 8% or more since the last time you told me. Use http://127.0.0.1:8123/nflx for the price.",
        "quote [*/5 * * * *] symbol=NFLX down_percent=8 quote_url=http://127.0.0.1:8123/nflx"
    )]
    [InlineData(
        "Every weekday at 16:30 New York time read http://127.0.0.1:8123/ibm and notify me if IBM is below 200.",
        "quote [30 16 * * 1-5 America/New_York] symbol=IBM below=200 quote_url=http://127.0.0.1:8123/ibm"
    )]
    [InlineData(
        "Watch http://127.0.0.1:8123/quote/GOOG; it returns {\"symbol\": \"GOOG\", \"price\": 170.2}. Tell me when GOOG rises at least 3%.",
        "quote [*/5 * * * *] symbol=GOOG up_percent=3 quote_url=http://127.0.0.1:8123/quote/GOOG field=price"
    )]
    [InlineData(
        "Each morning at 8 check http://127.0.0.1:8123/weather.json and tell me if temp_max is over 35 degrees.",
        "json-field [0 8 * * *] url=http://127.0.0.1:8123/weather.json field=temp_max above=35"
    )]
    [InlineData(
        "Tell me when http://127.0.0.1:8123/api/health returns a field \"status\" that is not \"ok\".",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/api/health field=status not_equals=ok"
    )]
    [InlineData(
        "Tell me when disk_free at http://127.0.0.1:8123/metrics drops below 10 and say the value.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/metrics field=disk_free below=10"
    )]
    [InlineData(
        "Every 5 minutes check http://127.0.0.1:8123/metrics. If errors.count is greater than or equal to 10, alert me. Alert only once until it goes back below 10.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/metrics field=errors.count at_least=10"
    )]
    [InlineData(
        "Please monitor http://127.0.0.1:8123/counter and notify me when \"count\" equals 42",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/counter field=count equals=42"
    )]
    [InlineData(
        "Check http://127.0.0.1:8123/state every 5 minutes, and whenever `mode` changes, tell me the old and new value.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/state field=mode changes=true"
    )]
    [InlineData(
        "Check http://127.0.0.1:8123/news every hour and tell me when it has changed, quoting what is new.",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/news"
    )]
    [InlineData(
        "Let me know when the text \"Registration open\" shows up on http://127.0.0.1:8123/event",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/event contains=Registration open"
    )]
    [InlineData(
        "Watch the page http://127.0.0.1:8123/status and alert me when the text between \"Status:\" and \"Updated\" changes",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/status after=Status: before=Updated"
    )]
    [InlineData(
        "Monitor http://127.0.0.1:8123/page. The first time only remember it. Whenever its text changes after that, tell me the new text.",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/page quiet_first=true"
    )]
    [InlineData(
        "Tell me when \"Coming soon\" is gone from http://127.0.0.1:8123/launch",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/launch lacks=Coming soon"
    )]
    [InlineData(
        "I want to know when the euro is below 1.05 dollars. Check hourly.",
        "currency-rate [0 * * * *] base=EUR quote=USD below=1.05"
    )]
    [InlineData(
        "Tell me when the shekel rate at http://127.0.0.1:8123/usdils goes above 3.75",
        "currency-rate [0 * * * *] base=ILS above=3.75 rate_url=http://127.0.0.1:8123/usdils"
    )]
    [InlineData(
        "Alert me when 1 USD is worth more than 3.8 ILS, source http://127.0.0.1:8123/fx",
        "currency-rate [0 * * * *] base=USD quote=ILS above=3.8 rate_url=http://127.0.0.1:8123/fx"
    )]
    [InlineData(
        "Tell me when GBP rises 1% against EUR since the last check",
        "currency-rate [0 * * * *] base=GBP quote=EUR up_percent=1 since=check"
    )]
    [InlineData(
        "Watch the USD/ILS rate at http://127.0.0.1:8123/fx, field \"rate\", every 10 minutes: tell me when it goes over 3.8 and when it goes under 3.6",
        "currency-rate [*/10 * * * *] base=USD quote=ILS above=3.8 below=3.6 rate_url=http://127.0.0.1:8123/fx field=rate"
    )]
    [InlineData(
        "תתריע לי כשהמחיר של נטפליקס יורד ב-8% לפחות מאז ההודעה הקודמת, המחיר נמצא ב-http://127.0.0.1:8123/nflx",
        "quote [*/5 * * * *] symbol=NFLX down_percent=8 quote_url=http://127.0.0.1:8123/nflx"
    )]
    [InlineData(
        "כל 5 דקות בדוק את מחיר טסלה (http://127.0.0.1:8123/tsla). אם הוא עלה או ירד ב-5% מאז ההתראה האחרונה, תודיע לי עם המחיר החדש ואחוז השינוי.",
        "quote [*/5 * * * *] symbol=TSLA up_percent=5 down_percent=5 quote_url=http://127.0.0.1:8123/tsla"
    )]
    [InlineData(
        "תבדוק כל שעה את http://127.0.0.1:8123/temp ותודיע לי אם הערך בשדה \"temp\" עולה מעל 30",
        "json-field [0 * * * *] url=http://127.0.0.1:8123/temp field=temp above=30"
    )]
    [InlineData(
        "אם השדה \"count\" בכתובת http://127.0.0.1:8123/c גדול מ-10 תודיע לי. אם המקור לא זמין אל תודיע.",
        "json-field [*/5 * * * *] url=http://127.0.0.1:8123/c field=count above=10"
    )]
    [InlineData(
        "תודיע לי כשהדף http://127.0.0.1:8123/p משתנה, ותכתוב מה השתנה",
        "page-change [0 * * * *] url=http://127.0.0.1:8123/p"
    )]
    [InlineData(
        "בדוק כל 10 דקות את http://127.0.0.1:8123/p ותודיע לי כשמופיע בו הטקסט \"נפתחה ההרשמה\"",
        "page-change [*/10 * * * *] url=http://127.0.0.1:8123/p contains=נפתחה ההרשמה"
    )]
    [InlineData(
        "תודיע לי כשהאירו יורד מתחת ל-4 שקלים, פעם אחת בלבד",
        "currency-rate [0 * * * *] base=EUR quote=ILS below=4 only_once=true"
    )]
    [InlineData(
        "כל יום ב-10:00 תגיד לי אם הדולר מעל 3.7 ש\"ח לפי http://127.0.0.1:8123/usd",
        "currency-rate [0 10 * * *] base=USD quote=ILS above=3.7 rate_url=http://127.0.0.1:8123/usd"
    )]
    [InlineData(
        "Watch https://example.com/q, which answers like {\"data\": {\"symbol\": \"GOOG\", \"last\": 170.2}}, and tell me when GOOG rises at least 3%.",
        "quote [*/5 * * * *] symbol=GOOG up_percent=3 quote_url=https://example.com/q field=data.last"
    )]
    public void Choose_ReadsAllOfIt_WhenABriefSaysMoreThanTheWish(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Notify me when the field stock in http://127.0.0.1:8123/item changes from 0", "refused: 0")]
    [InlineData("Watch Tesla and restart the server when it rises by 5%", "refused: restart | server")]
    [InlineData("Tell me when 100 dollars cost more than 380 shekels", "refused: 100")]
    [InlineData("Tell me when Tesla is not up 5%", "refused: is not")]
    [InlineData("Tell me when the page https://example.com/x does not change", "refused: does not")]
    public void Choose_Refuses_WhenABriefAsksForSomethingElse(string sentence, string refusal)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe(refusal);
    }
}
