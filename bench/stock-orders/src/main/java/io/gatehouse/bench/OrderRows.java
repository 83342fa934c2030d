package io.gatehouse.bench;

import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;

/** The orders by their ids. */
interface OrderRows extends JpaRepository<PlacedOrder, UUID> {}
