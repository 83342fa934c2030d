package io.gatehouse.local.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs in a data folder, what died there, and which services a start has to add.
 *
 * @param present everything that runs
 * @param dead what is known and does not run any more
 * @param stores that are needed
 * @param services those that are missing
 */
record StartPlan(
    List<Running> present, List<Running> dead, List<String> stores, List<Missing> services) {

  /** An instance to start. */
  record Missing(Service service, String name) {}

  static StartPlan of(Home home, Settings settings) {
    var present = new ArrayList<Running>();
    var dead = new ArrayList<Running>();
    for (var known : Running.in(home)) {
      (known.isAlive() ? present : dead).add(known);
    }
    var services = new ArrayList<Missing>();
    for (var service : Services.of(home).with(settings.with())) {
      for (var number = 1; number <= settings.instancesOf(service); number++) {
        var name = number == 1 ? service.name() : service.name() + "-" + number;
        if (find(present, name).isEmpty()) {
          services.add(new Missing(service, name));
        }
      }
    }
    var stores = new ArrayList<>(List.of(Postgres.NAME));
    if (settings.standby()) {
      stores.add(Standby.NAME);
    }
    stores.add(Redis.NAME);
    if (settings.withKafka()) {
      stores.add(Kafka.NAME);
    }
    return new StartPlan(present, dead, stores, services);
  }

  Optional<Running> postgres() {
    return present(Postgres.NAME);
  }

  Optional<Running> redis() {
    return present(Redis.NAME);
  }

  /** Whether it is needed and does not run. */
  boolean lacks(String store) {
    return stores.contains(store) && present(store).isEmpty();
  }

  Optional<Running> present(String name) {
    return find(present, name);
  }

  Optional<Running> dead(String name) {
    return find(dead, name);
  }

  /** The services of which an instance is to be started. */
  List<String> serviceNames() {
    return services.stream().map(missing -> missing.service().name()).distinct().toList();
  }

  /** The services that are new to a platform that runs: no instance of them was started before. */
  List<String> added() {
    return present(Services.DOOR).isEmpty()
        ? List.of()
        : services.stream()
            .map(Missing::service)
            .filter(service -> service.with().isEmpty())
            .map(Service::name)
            .distinct()
            .filter(
                name ->
                    Stream.of(present, dead)
                        .flatMap(List::stream)
                        .noneMatch(known -> known.component().equals(name)))
            .toList();
  }

  /** The names of all that is to be started. */
  List<String> missing() {
    var names = new ArrayList<String>();
    for (var store : stores) {
      if (present(store).isEmpty()) {
        names.add(store);
      }
    }
    services.forEach(missing -> names.add(missing.name()));
    return names;
  }

  boolean isEmpty() {
    return missing().isEmpty();
  }

  private static Optional<Running> find(List<Running> among, String name) {
    return among.stream().filter(running -> running.name().equals(name)).findFirst();
  }
}
