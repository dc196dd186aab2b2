using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Project38.Core.Budgets;

/// <summary>Registers the room.</summary>
public static class BudgetsRegistration
{
    /// <summary>Adds <see cref="BudgetBook"/>. Needs Storage.</summary>
    public static IServiceCollection AddBudgets(this IServiceCollection services)
    {
        services.TryAddSingleton<BudgetBook>();
        return services;
    }
}
