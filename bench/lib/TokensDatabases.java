import java.sql.DriverManager;
import java.util.List;

/** What bench/tokens cannot do in bash: make databases, where every write is durable. */
class TokensDatabases {
  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection(arguments[0], "postgres", "postgres");
        var statement = connection.createStatement()) {
      for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        try (var rows = statement.executeQuery("show " + setting)) {
          rows.next();
          if (!rows.getString(1).equals("on")) {
            throw new IllegalStateException(setting + " is off: not a durable database");
          }
        }
      }
      for (var database : List.of(arguments).subList(1, arguments.length)) {
        statement.execute("create database " + database);
      }
    }
  }
}
