using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Project38.Core.Approvals;

/// <summary>Registers the room.</summary>
public static class ApprovalsRegistration
{
    /// <summary>Adds <see cref="ApprovalBook"/>; needs Storage.</summary>
    public static IServiceCollection AddApprovals(this IServiceCollection services)
    {
        services.TryAddSingleton<ApprovalBook>();
        return services;
    }
}
