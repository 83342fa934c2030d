package io.gatehouse.gateway.upstreams;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * One request on a connection, and its answer. An answer that arrives in one piece is given whole;
 * a longer one as a stream, which is this object, to one reader, who sets the pace.
 *
 * <p>All of it happens on the connection's event loop. The connection serves another exchange as
 * soon as this one is over, so whatever comes late from here finds that it no longer belongs.
 */
final class UpstreamExchange extends Flux<ByteBuf> implements Subscription {
  /** What is gathered of an answer before its reader is told. */
  private static final int MOST_GATHERED = 256 * 1024;

  private final UpstreamConnection connection;
  private final EventLoop loop;
  private final AnswerListener listener;

  private AnswerPhase phase = AnswerPhase.HEAD;
  private @Nullable HttpResponse head;
  private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;
  private @Nullable ByteBuf pieces;
  private @Nullable CoreSubscriber<? super ByteBuf> reader;
  private @Nullable UpstreamAnswer told;
  private long demand;
  private BooleanSupplier pace = () -> true;
  private Source source = Source.OPEN;
  private @Nullable Throwable failure;
  private boolean draining;

  /** Whether more can come. */
  private enum Source {
    OPEN,
    /** The last byte came. */
    COMPLETE,
    /** The connection broke inside the answer. */
    BROKEN
  }

  UpstreamExchange(UpstreamConnection connection, EventLoop loop, AnswerListener listener) {
    this.connection = connection;
    this.loop = loop;
    this.listener = listener;
  }

  /** A part of the answer. */
  void read(Object message) {
    if (source != Source.OPEN) {
      // An answer too many: where the next one begins is anybody's guess.
      ReferenceCountUtil.release(message);
      connection.close();
      return;
    }
    if (message instanceof HttpResponse response) {
      var interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      phase = interim ? AnswerPhase.INTERIM : AnswerPhase.GATHERING;
      head = interim ? null : response;
    }
    if (message instanceof LastHttpContent last) {
      trailers = last.trailingHeaders();
      take(last, true);
    } else if (message instanceof HttpContent content) {
      take(content, false);
    }
  }

  private void take(HttpContent content, boolean isLast) {
    switch (phase) {
      case HEAD, OVER -> content.release();
      case INTERIM -> {
        content.release();
        phase = isLast ? AnswerPhase.HEAD : AnswerPhase.INTERIM;
        return;
      }
      case GATHERING -> {
        pieces = Pieces.append(pieces, content.content());
        var gathered = pieces;
        if (!isLast && gathered != null && gathered.readableBytes() > MOST_GATHERED) {
          answerStreamed();
        }
      }
      case STREAMING -> pieces = Pieces.append(pieces, content.content());
    }
    if (isLast) {
      source = Source.COMPLETE;
    }
    if (phase == AnswerPhase.STREAMING) {
      drain();
    }
  }

  /** What came behind the body; empty until that has come. */
  HttpHeaders trailers() {
    return trailers;
  }

  /** The socket has been read empty, for now. */
  void readComplete() {
    switch (phase) {
      case GATHERING -> {
        if (source == Source.COMPLETE) {
          answerWhole();
        } else {
          answerStreamed();
        }
      }
      case STREAMING, OVER -> {
        if (source == Source.COMPLETE) {
          releaseConnection();
        }
      }
      case HEAD, INTERIM -> {}
    }
  }

  private void answerWhole() {
    var body = pieces == null ? Unpooled.EMPTY_BUFFER : pieces;
    pieces = null;
    phase = AnswerPhase.OVER;
    releaseConnection();
    var answered = head;
    if (answered != null) {
      tell(new UpstreamAnswer.Whole(answered, body, trailers));
    }
  }

  private void answerStreamed() {
    phase = AnswerPhase.STREAMING;
    connection.read(this, false);
    var answered = head;
    if (answered != null) {
      tell(new UpstreamAnswer.Streamed(answered, this));
    }
  }

  private void tell(UpstreamAnswer answer) {
    told = answer;
    connection.tells(this);
    listener.answered(answer);
    connection.tells(null);
    told = null;
  }

  /** The listener threw this, told of the answer. */
  void failed(Throwable thrown) {
    var answer = told;
    told = null;
    if (answer != null) {
      abandon();
      listener.failed(answer, thrown);
    }
  }

  /** Not before the read is done: what might follow the answer must not meet the next request. */
  private void releaseConnection() {
    var answered = head;
    connection.release(this, answered != null && HttpUtil.isKeepAlive(answered));
  }

  /** The connection is of no more use. */
  void broken(Throwable cause) {
    switch (phase) {
      case HEAD, INTERIM, GATHERING -> {
        phase = AnswerPhase.OVER;
        drop();
        listener.broken(cause);
      }
      case STREAMING -> {
        if (source == Source.OPEN) {
          source = Source.BROKEN;
          failure = cause;
          drain();
        }
      }
      case OVER -> {}
    }
  }

  /** Gives the exchange up, whatever is going on; nobody is told. */
  void abandon() {
    if (!loop.inEventLoop()) {
      loop.execute(this::abandon);
      return;
    }
    phase = AnswerPhase.OVER;
    reader = null;
    drop();
    if (source == Source.OPEN) {
      connection.abandon(this);
    }
  }

  private void drop() {
    var left = pieces;
    pieces = null;
    if (left != null) {
      left.release();
    }
  }

  /**
   * Lets the reader's side say when it can take more; without it, demand alone decides. Before
   * subscribing; see {@link #proceed()}.
   */
  void pacedBy(BooleanSupplier canTake) {
    pace = canTake;
  }

  /** The reader's side can take more again. */
  void proceed() {
    if (phase == AnswerPhase.STREAMING) {
      drain();
    }
  }

  @Override
  public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> subscribe(actual));
    } else if (phase != AnswerPhase.STREAMING || reader != null) {
      Operators.error(actual, new IllegalStateException("this answer was read or given up"));
    } else {
      reader = actual;
      actual.onSubscribe(this);
      proceed();
    }
  }

  @Override
  public void request(long wanted) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> request(wanted));
    } else if (Operators.validate(wanted)) {
      demand = Operators.addCap(demand, wanted);
      proceed();
    }
  }

  @Override
  public void cancel() {
    abandon();
  }

  private void drain() {
    if (draining || reader == null) {
      return;
    }
    draining = true;
    while (phase == AnswerPhase.STREAMING && pieces != null && demand > 0) {
      emit();
    }
    draining = false;
    if (phase == AnswerPhase.STREAMING) {
      if (source == Source.OPEN) {
        connection.read(this, demand > 0 && pace.getAsBoolean());
      } else if (pieces == null) {
        end();
      }
    }
  }

  private void emit() {
    var to = reader;
    var next = pieces;
    if (to != null && next != null) {
      pieces = null;
      demand = demand == Long.MAX_VALUE ? demand : demand - 1;
      to.onNext(next);
    }
  }

  private void end() {
    var to = reader;
    var broken = failure;
    phase = AnswerPhase.OVER;
    reader = null;
    if (to != null && broken != null) {
      to.onError(broken);
    } else if (to != null) {
      to.onComplete();
    }
  }
}
