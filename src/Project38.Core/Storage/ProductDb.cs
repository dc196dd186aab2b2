using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Project38.Core.Storage;

/// <summary>The database of the product. It knows no table: each room brings its own mapping.</summary>
/// <remarks>
/// A room adds a table by an <see cref="IEntityTypeConfiguration{TEntity}"/> and an extension property beside it, for
/// example <c>db.Agents</c>. Both databases hold times as UTC microseconds, enums as lower-case snake names, and JSON
/// as the text it was given.
/// </remarks>
public abstract class ProductDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>Whether this is PostgreSQL; else it is SQLite.</summary>
    public bool IsPostgres => this is PostgresProductDb;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ProductDb).Assembly);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type.IsEnum)
            {
                StoreByName(property, type);
            }
        }
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().HaveConversion<StorableText.Converter>();

    private static void StoreByName(IMutableProperty property, Type type)
    {
        property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(EnumName<>).MakeGenericType(type))!);
        property.SetMaxLength(32);
    }

    private sealed class EnumName<TEnum>()
        : ValueConverter<TEnum, string>(value => value.ToSnakeCase(), name => SnakeCase.Parse<TEnum>(name))
        where TEnum : struct, Enum;
}

/// <summary><see cref="ProductDb"/> in a file: the default, for one process.</summary>
public sealed class SqliteProductDb(DbContextOptions<SqliteProductDb> options) : ProductDb(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // SQLite has no type for instants, and EF can neither order nor compare its own text form of them.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<ToMicroseconds>();
    }

    private sealed class ToMicroseconds()
        : ValueConverter<DateTimeOffset, long>(
            instant => instant.ToUnixMicroseconds(),
            microseconds => Microseconds.FromUnixMicroseconds(microseconds)
        );
}

/// <summary><see cref="ProductDb"/> on PostgreSQL: for any number of processes.</summary>
public sealed class PostgresProductDb(DbContextOptions<PostgresProductDb> options) : ProductDb(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // Npgsql refuses every offset but UTC's; and a tick that timestamptz cannot hold would not be found again.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<ToUtc>();
    }

    private sealed class ToUtc()
        : ValueConverter<DateTimeOffset, DateTimeOffset>(
            instant => Microseconds.FromUnixMicroseconds(instant.ToUnixMicroseconds()),
            instant => instant.ToUniversalTime()
        );
}
