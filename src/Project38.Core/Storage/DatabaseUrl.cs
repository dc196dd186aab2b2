using Npgsql;

namespace Project38.Core.Storage;

/// <summary>Reads <c>DATABASE_URL</c>, in PostgreSQL's URL form or as key=value pairs.</summary>
public static class DatabaseUrl
{
    /// <summary>Reads it.</summary>
    /// <exception cref="StorageException">It cannot be read. The message never holds any part of it.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var connection = IsUrl(text) ? OfUrl(text) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrWhiteSpace(connection.Host))
            {
                throw Unreadable("it names no host");
            }
            connection.ApplicationName ??= "p38";
            connection.Timezone = "UTC";
            return connection;
        }
        // The message of the cause may quote the text, and with it the password.
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            throw Unreadable("a part of it is not understood");
        }
    }

    private static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder OfUrl(string text)
    {
        // Taken apart by hand: System.Uri refuses an empty host, which means a Unix socket here, and hosts with a comma.
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (beforeQuery, query) = Cut(rest, '?');
        var (authority, database) = Cut(beforeQuery, '/');
        var at = authority.LastIndexOf('@');
        var (user, password) = at < 0 ? ("", "") : Cut(authority[..at], ':');
        var (host, port) = HostAndPort(authority[(at + 1)..]);

        var connection = new NpgsqlConnectionStringBuilder();
        Set("Username", user);
        Set("Password", password);
        Set("Host", host);
        Set("Port", port);
        Set("Database", database);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Cut(pair, '=');
            Set(KeyOf(Uri.UnescapeDataString(key)), value);
        }
        return connection;

        void Set(string key, string value)
        {
            if (value.Length > 0)
            {
                connection[key] = KeyOf(key) == "SSL Mode" ? SslMode(value) : Uri.UnescapeDataString(value);
            }
        }
    }

    private static (string Host, string Port) HostAndPort(string text)
    {
        var end = text.LastIndexOf(']');
        var colon = text.IndexOf(':', end < 0 ? 0 : end);
        var (host, port) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        return (host.Trim('[', ']'), port);
    }

    private static (string Before, string After) Cut(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    // libpq's names, where Npgsql has others.
    private static string KeyOf(string key) =>
        key switch
        {
            "sslmode" or "SSL Mode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "connect_timeout" => "Timeout",
            "application_name" => "Application Name",
            "target_session_attrs" => "Target Session Attributes",
            "user" => "Username",
            "dbname" => "Database",
            _ => key,
        };

    private static string SslMode(string value) => value.Replace("-", "", StringComparison.Ordinal);

    private static StorageException Unreadable(string why) =>
        new(
            StorageFailure.Refused,
            $"DATABASE_URL cannot be read: {why}. Write postgres://user:password@host:5432/name?sslmode=require, with "
                + "special characters percent-encoded, or Host=…;Username=…;Password=…;Database=…; leave it out for SQLite."
        );
}
