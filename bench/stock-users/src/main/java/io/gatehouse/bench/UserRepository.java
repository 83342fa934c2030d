package io.gatehouse.bench;

import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Flux;

interface UserRepository extends ReactiveCrudRepository<User, UUID> {

  Flux<User> findByIdGreaterThanOrderById(UUID last, Limit limit);
}
