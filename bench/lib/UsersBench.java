import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** What bench/users cannot do in bash: fill the database, and walk through the list's pages. */
class UsersBench {
  private static final int HOT = 1_000;
  private static final int COLD = 400_000;
  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "seed" -> seed(arguments[1], Integer.parseInt(arguments[2]), Path.of(arguments[3]));
      case "walk" -> walk(arguments[1], Integer.parseInt(arguments[2]), Path.of(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void seed(String url, int users, Path files) throws Exception {
    try (var connection =
            DriverManager.getConnection(url, "postgres", System.getenv("DB_PASSWORD"));
        var statement = connection.createStatement()) {
      var durability = new ArrayList<String>();
      for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        var value = texts(statement, "show " + setting).getFirst();
        durability.add(setting + "=" + value);
        if (!value.equals("on")) {
          throw new IllegalStateException(setting + " is " + value + ": not a durable database");
        }
      }
      Files.writeString(files.resolve("durability"), String.join(" ", durability));
      statement.execute(
          "insert into users (email, name, roles)"
              + " select 'seed' || i || '@bench.example', 'Seeded User', '{USER}'"
              + " from generate_series(1, "
              + users
              + ") i");
      statement.execute(
          "insert into credentials (user_id, password_hash) select id, 'none' from users"
              + " on conflict do nothing");
      statement.execute("vacuum analyze users");
      statement.execute("vacuum analyze credentials");
      var ids = texts(statement, "select id from users where email like 'seed%@bench.example'");
      Collections.shuffle(ids, new Random(1));
      Files.write(files.resolve("hot"), ids.subList(0, Math.min(HOT, ids.size())));
      Files.write(
          files.resolve("cold"),
          ids.subList(Math.min(HOT, ids.size() / 2), Math.min(HOT + COLD, ids.size())));
    }
  }

  /** Writes down the cursor of a page, got as any client gets it: from the page before. */
  private static void walk(String base, int page, Path files) throws Exception {
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var cursor = "";
    for (var i = 1; i < page; i++) {
      var request =
          HttpRequest.newBuilder(URI.create(base + "/api/users?limit=20" + cursor))
              .header("Authorization", "Bearer " + System.getenv("TOKEN"))
              .build();
      var body = client.send(request, BodyHandlers.ofString()).body();
      var next = NEXT.matcher(body);
      if (!next.find()) {
        throw new IllegalStateException("page " + i + " is the last: " + body);
      }
      cursor = "&cursor=" + next.group(1);
    }
    Files.writeString(files.resolve("cursor"), cursor.substring("&cursor=".length()));
  }

  private static List<String> texts(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
