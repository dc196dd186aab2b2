using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Project38.Core.Storage;

/// <summary>Registers the room.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Adds <see cref="ProductDbFactory"/>, <see cref="HomeFolder"/> and <see cref="Database"/>. A host opens the
    /// database before it starts anything else; without a host, call <see cref="Database.OpenAsync"/>.
    /// </summary>
    public static IServiceCollection AddStorage(
        this IServiceCollection services,
        Action<StorageOptions>? configure = null
    )
    {
        services.AddOptions<StorageOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.TryAddSingleton<ProductDbFactory>();
        services.TryAddSingleton<IDbContextFactory<ProductDb>>(all => all.GetRequiredService<ProductDbFactory>());
        services.TryAddSingleton<HomeFolder>();
        services.TryAddSingleton<Database>();
        services.AddHostedService<OpenDatabase>();
        return services;
    }

    /// <summary>Opens the database before any other hosted service starts.</summary>
    private sealed class OpenDatabase(Database database) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => database.OpenAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Stops the start on a configuration that cannot work.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.Home))
        {
            errors.Add("P38_HOME is empty. Set it to a folder, or leave it out for ~/.p38.");
        }
        if (options.DatabaseUrl is not null)
        {
            try
            {
                DatabaseUrl.Parse(options.DatabaseUrl);
            }
            catch (StorageException exception)
            {
                errors.Add(exception.Message);
            }
        }
        if (options.BusyTimeout < TimeSpan.FromSeconds(1) || options.BusyTimeout > TimeSpan.FromMinutes(10))
        {
            errors.Add("BusyTimeout is 1 second to 10 minutes.");
        }
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
