package io.gatehouse.local.drill;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** What was sent, and what of it was acknowledged. */
final class Ledger {
  private final Map<String, Sale> sales = new ConcurrentHashMap<>();
  private final Queue<Renaming> renamings = new ConcurrentLinkedQueue<>();
  private final Queue<String> staleReads = new ConcurrentLinkedQueue<>();

  /**
   * An acknowledged change of a customer's name.
   *
   * @param version that the customer had then
   */
  record Renaming(Customer customer, int version, String name) {}

  void send(Sale sale) {
    sales.put(sale.mark(), sale);
  }

  /** Notes what became of an order, and gives it back as it is now. */
  Sale note(String mark, UnaryOperator<Sale> change) {
    return sales.compute(mark, (_, sale) -> change.apply(Objects.requireNonNull(sale)));
  }

  Sale sale(String mark) {
    return Objects.requireNonNull(sales.get(mark));
  }

  void renamed(Renaming renaming) {
    renamings.add(renaming);
  }

  /** An answer showed an order older than it had been acknowledged before it was asked for. */
  void staleRead(String sentence) {
    staleReads.add(sentence);
  }

  Collection<Sale> sales() {
    return List.copyOf(sales.values());
  }

  List<Renaming> renamings() {
    return List.copyOf(renamings);
  }

  List<String> staleReads() {
    return List.copyOf(staleReads);
  }

  /** How many writes were acknowledged. */
  int acknowledged() {
    return sales.values().stream().mapToInt(Sale::acknowledged).sum() + renamings.size();
  }
}
