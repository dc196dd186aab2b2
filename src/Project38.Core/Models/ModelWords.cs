using Project38.Core.Budgets;

namespace Project38.Core.Models;

/// <summary>What to say when a model does not answer: what, why, what to do.</summary>
internal static class ModelWords
{
    public static string HowToConfigure(ModelOptions options)
    {
        var variable = ModelDefaults.Of(options.Provider).KeyVariable;
        return variable is null
            ? $"No model is named. Set P38_MODEL to one that {options.Provider} has."
            : $"There is no key for {options.Provider}. Set {variable}, or P38_MODEL_KEY_FILE to a file that holds it, or put it "
                + $"among the secrets (p38 secrets set {variable})"
                + (ModelDefaults.Of(options.Provider).Model is null ? ", and P38_MODEL to the model." : ".");
    }

    public static string NoPrice(string model, long promptTokens) =>
        $"Nobody here knows what {model} costs for a prompt of up to {promptTokens:N0} tokens, so it is not asked. "
        + $"Add its price to the table that P38_PRICES names, or allow it by P38_MODEL_WITHOUT_PRICE={model}.";

    public static string CeilingReached(SpendingCeiling ceiling, decimal worst) =>
        $"The next call could cost {Usd.Of(worst)}, and {Usd.Of(ceiling.Left)} of the ceiling of {Usd.Of(ceiling.Limit)} are left.";

    public static string BrokenOff(ModelOptions options) =>
        $"The connection to {options.Provider} broke before its answer was whole. Try again.";

    public static string NotTheApi(ModelOptions options) =>
        $"What answers at {options.BaseAddress ?? ModelDefaults.Of(options.Provider).BaseAddress} does not speak the API of "
        + $"{options.Provider}, or broke off at once. Set P38_MODEL_URL.";

    public static string TimedOut(ModelOptions options) =>
        $"{options.Provider} did not answer within {options.Timeout.TotalSeconds:N0} s. Try again later.";

    public static string Refused(string model) => $"{model} refused to write this. Say what is wanted in other words.";

    public static string CutOff(string model) =>
        $"The answer of {model} was cut off at its longest. Ask for less in one agent.";

    public static string NoObject(string model) => $"{model} answered something that is no JSON object.";
}
